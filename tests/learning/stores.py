"""The real model store, assembled where it is not."""

from functools import cache
from pathlib import Path

from ridealong.learning import places
from ridealong.learning.store import assemble


@cache
def real_store() -> Path:
    """Once for all tests; nearly free where the encoders were built before."""
    assemble()
    return places.STORE
