"""The rules of the trade about enterprises: pure, over plain values."""
