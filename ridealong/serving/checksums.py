"""Proves that a model's files are the ones its manifest speaks of, before anything opens them."""

import hashlib
from pathlib import Path

from ridealong.serving.errors import ModelUnusable
from ridealong.serving.manifest import FileEntry, Manifest


def check_files(folder: Path, manifest: Manifest) -> None:
    """Every listed file, by size and sha256; the first wrong one is named."""
    for name, entry in manifest.files.items():
        check_file(folder, name, entry)


def check_file(folder: Path, name: str, entry: FileEntry) -> None:
    """One file."""
    path = folder / name
    try:
        size = path.stat().st_size
        if size != entry.bytes:
            raise ModelUnusable(f"{name} has {size} bytes, the manifest says {entry.bytes}")
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelUnusable(f"{name} is missing or unreadable") from error
    if found != entry.sha256:
        raise ModelUnusable(f"{name} has another sha256 than the manifest says")


def parts_key(manifest: Manifest) -> str:
    """One digest for all of a model's files: equal keys mean that memory can be shared."""
    lines = sorted(f"{name}={entry.sha256}" for name, entry in manifest.files.items())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
