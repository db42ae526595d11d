"""The real model store, assembled where it is not."""

from functools import cache
from pathlib import Path
from shutil import copytree

from ridealong.learning import places
from ridealong.learning.store import assemble


@cache
def real_store() -> Path:
    """Once for all tests; nearly free where the encoders were built before."""
    assemble()
    return places.STORE


def copy_models(target: Path, *names: str) -> None:
    """Some of its models in another store; links would lead out of that one."""
    for name in names:
        copytree(real_store() / name, target / name)
