"""How the process treats memory that every step of a training frees and wants again."""

import ctypes
import sys

_TRIM_THRESHOLD, _MMAP_MAX = -1, -4  # parameters of glibc's mallopt(3)


def keep_freed_memory() -> bool:
    """Let glibc keep large blocks that are freed instead of returning them to the system; says whether it will.

    Returned pages come back zeroed, one fault each: without this a third of a training step is spent on them.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is None:
        return False
    return bool(mallopt(_MMAP_MAX, 0) and mallopt(_TRIM_THRESHOLD, 2**31 - 1))
