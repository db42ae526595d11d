"""Proves that a model's files are the ones its manifest speaks of, before anything opens them."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from ridealong.serving.errors import ModelUnusable
from ridealong.serving.models.manifest import FileEntry, Manifest


def check_files(folder: Path, manifest: Manifest) -> None:
    """Every listed file, by size and sha256; the first wrong one is named."""
    for name, entry in manifest.files.items():
        check_file(folder, name, entry)


def check_file(folder: Path, name: str, entry: FileEntry) -> None:
    """One file; its size first, which costs nothing and finds what was cut."""
    try:
        size = (folder / name).stat().st_size
    except OSError as error:
        raise ModelUnusable(f"{name} is missing or unreadable") from error
    if size != entry.bytes:
        raise ModelUnusable(f"{name} has {size} bytes, the manifest says {entry.bytes}")
    if digest_file(folder, name).sha256 != entry.sha256:
        raise ModelUnusable(f"{name} has another sha256 than the manifest says")


def digest_file(folder: Path, name: str) -> FileEntry:
    """One file as it is."""
    try:
        with (folder / name).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.tell()
    except OSError as error:
        raise ModelUnusable(f"{name} is missing or unreadable") from error
    if not size:
        raise ModelUnusable(f"{name} is empty")
    return FileEntry(sha256=digest, bytes=size)


def parts_key(files: Mapping[str, FileEntry]) -> str:
    """One digest for several files: equal keys mean that memory can be shared."""
    lines = sorted(f"{name}={entry.sha256}" for name, entry in files.items())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
