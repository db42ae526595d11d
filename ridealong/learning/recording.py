"""Writes into the committed manifests what was built or trained, for whoever changes a recipe."""

import hashlib
import json
from pathlib import Path
from typing import Any

from ridealong.learning import places
from ridealong.learning.errors import ModelUnknown
from ridealong.learning.recipes import RECIPES, Recipe
from ridealong.learning.store import Report, build, stay_silent
from ridealong.serving.models.manifest import MANIFEST_FILE

Document = dict[str, Any]

BUILT = "built"
COMMITTED = "committed"
NOT_SERVED = (MANIFEST_FILE, "CARD.md")


def record_builds(*, models: Path = places.MODELS, report: Report = stay_silent) -> None:
    """Runs every recipe anew and notes the checksums in its manifest."""
    for recipe in RECIPES:
        folder = places.cache_root() / "models" / recipe.key
        build(recipe, folder, report=report)
        record_build(recipe, folder, models=models)
        report(f"recorded {recipe.model} {recipe.version}")


def record_build(recipe: Recipe, folder: Path, *, models: Path) -> None:
    """The checksums of one built folder."""
    path = models / recipe.model / recipe.version / MANIFEST_FILE
    if not path.is_file():
        raise ModelUnknown(
            f"{recipe.model} {recipe.version} has no manifest to write checksums into"
        )
    document = json.loads(path.read_text())
    document["files"] = describe_files(folder, BUILT)
    write_manifest(path, document)


def write_manifest(path: Path, document: Document) -> None:
    """Readable in a diff."""
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def describe_files(folder: Path, origin: str) -> dict[str, Document]:
    """The `files` part of a manifest for what lies in a folder."""
    files = sorted(path for path in folder.iterdir() if path.name not in NOT_SERVED)
    return {path.name: describe_file(path, origin) for path in files}


def describe_file(path: Path, origin: str) -> Document:
    """Checksum, size, and whether it is built or committed."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"sha256": digest, "bytes": path.stat().st_size, "from": origin}
