"""Telephone calls over an HTTP gateway: we place and cancel them, it tells us what became of them."""
