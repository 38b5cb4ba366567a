"""The inner loops of the engine, compiled by Numba.

Only these modules import it, and only `step` and `advance` import them: a process that reads or writes rules does
not pay for a compiler. No fast-math: the same readings give the same bits.
"""
