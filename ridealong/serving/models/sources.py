"""What lies in a version's folder, proven before anything of it is opened.

Two layouts: with a manifest, whose every promise is checked; or as Triton has it, a `model.onnx`
alone, whose signature is read from the graph. A `config.pbtxt` is not read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ridealong.serving.errors import ModelUnusable
from ridealong.serving.models.checksums import check_files, digest_file
from ridealong.serving.models.external import external_files
from ridealong.serving.models.manifest import MANIFEST_FILE, FileEntry, Manifest, read_manifest

GRAPH_FILE: Final = "model.onnx"


@dataclass(frozen=True)
class Source:
    """A folder `<name>/<version>`; `files` are there and have these checksums."""

    folder: Path
    files: Mapping[str, FileEntry]
    manifest: Manifest | None

    def graph_files(self, graph: str) -> dict[str, FileEntry]:
        """A graph and the weights it keeps in other files."""
        if graph not in self.files:
            raise ModelUnusable(f"{graph} is not listed in files")
        beside = external_files(self.folder / graph)
        if unlisted := sorted(beside - set(self.files)):
            raise ModelUnusable(f"{graph} keeps weights in files that are not listed: {unlisted}")
        return {name: self.files[name] for name in (graph, *sorted(beside))}


def read_source(folder: Path, store: Path) -> Source:
    """The folder's files by checksum. Whatever leads out of the store makes it unusable."""
    require_inside(folder, store)
    if (folder / MANIFEST_FILE).exists():
        require_inside(folder / MANIFEST_FILE, store)
        manifest = read_manifest(folder)
        for name in manifest.files:
            require_inside(folder / name, store)
        check_files(folder, manifest)
        return Source(folder, manifest.files, manifest)
    if not (folder / GRAPH_FILE).is_file():
        raise ModelUnusable(f"neither a {MANIFEST_FILE} nor a {GRAPH_FILE} lies in its folder")
    require_inside(folder / GRAPH_FILE, store)
    beside = sorted(external_files(folder / GRAPH_FILE))
    for name in beside:
        require_inside(folder / name, folder)
    files = {name: digest_file(folder, name) for name in (GRAPH_FILE, *beside)}
    return Source(folder, files, None)


def require_inside(path: Path, root: Path) -> None:
    """Symbolic links may lead about in the store, never out of it."""
    try:
        is_inside = path.resolve(strict=True).is_relative_to(root.resolve(strict=True))
    except (OSError, RuntimeError) as error:
        raise ModelUnusable(f"{path.name} is missing or unreadable") from error
    if not is_inside:
        raise ModelUnusable(f"{path.name} leads out of the model store")
