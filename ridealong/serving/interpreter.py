"""Tunes the interpreter of a process that serves models, before it loads them."""

import gc
import sys
from typing import Final

# A run that ends on a thread waits for the interpreter this long at most while the event loop is
# busy. Python's own 5 ms are more than most runs take; much less costs more in switches than it
# saves (measured at 16 callers: 0.02 and 0.5 ms served 5 to 27 % less than 0.1 ms).
SWITCH_S: Final = 0.0001
# A request leaves no cycles behind, so the collector need not look after every few of them.
YOUNG_OBJECTS: Final = 10_000


def tune() -> None:
    """Modules stay: the collector need not walk over them again. Models come and go later."""
    sys.setswitchinterval(SWITCH_S)
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, *gc.get_threshold()[1:])
