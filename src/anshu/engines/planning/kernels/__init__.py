"""The inner loops of the planner, compiled by Numba; only `planning.search` and `planning.reasons` load them."""
