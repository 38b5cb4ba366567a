"""How kernels are compiled: small ones into their callers, entries once per machine, kept on disk.

Numba looks only at the file of an entry to see whether what it kept is still true; but an entry holds the code of every
kernel it calls, and the numbers of the layout. So an entry is made inside a function that is given the fingerprint of
all of these: as a variable of its closure it is part of the name under which the machine code is kept.
"""

import inspect
import zlib
from collections.abc import Callable
from types import ModuleType
from typing import Any, ParamSpec, TypeVar, cast

from numba import njit

Given = ParamSpec("Given")
Result = TypeVar("Result")

# Without "_nrt" Numba counts references to each array in each small kernel, which makes the whole four times slower;
# nothing here makes an array, so there is nothing to count. Division by zero is left to us, not checked each time.
OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}


def kernel(function: Callable[Given, Result]) -> Callable[Given, Result]:
    """A small kernel: compiled into whatever entry calls it."""
    return cast(Callable[Given, Result], njit(forceinline=True, **OPTIONS)(function))


def entry(function: Callable[Given, Result]) -> Callable[Given, Result]:
    """A kernel called from Python: runs without the interpreter's lock, kept on disk where a disk can be written."""
    try:
        return cast(Callable[Given, Result], njit(cache=True, **OPTIONS)(function))
    except RuntimeError:  # neither the package's folder nor the user's can be written: compile in every process
        return cast(Callable[Given, Result], njit(**OPTIONS)(function))


def fingerprint(*modules: ModuleType) -> int:
    """A number that changes with the source of any of the modules; 0 where there is no source."""
    try:
        return zlib.crc32("".join(inspect.getsource(module) for module in modules).encode())
    except OSError:
        return 0
