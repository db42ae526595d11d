"""The real model store as rollouts see it."""

from pathlib import Path

import pytest

from ridealong.serving.models.opening import Opener
from ridealong.serving.models.store import ModelStore
from ridealong.serving.rollout.errors import VersionNotServing, VersionUnknown
from ridealong.serving.rollout.loading import StoreVersions
from tests.serving.tiny_models import write_scaler


def opened(folder: Path, *factors: int) -> StoreVersions:
    for factor in factors:
        write_scaler(folder, factor)
    store = ModelStore(folder, Opener(folder))
    store.load_all()
    return StoreVersions(store)


async def test_a_version_that_is_loaded_beside_does_not_become_the_newest(tmp_path: Path) -> None:
    versions = opened(tmp_path, 1)
    write_scaler(tmp_path, 2)

    await versions.ensure("scaler", "2")

    assert set(versions.serving("scaler")) == {"1", "2"}
    assert versions.newest("scaler") == "1"


async def test_an_older_version_can_be_had_beside_the_newest(tmp_path: Path) -> None:
    versions = opened(tmp_path, 1, 2)

    await versions.ensure("scaler", "1")

    assert set(versions.serving("scaler")) == {"1", "2"}
    assert versions.newest("scaler") == "2"


async def test_a_version_that_is_not_on_disk_is_unknown(tmp_path: Path) -> None:
    with pytest.raises(VersionUnknown):
        await opened(tmp_path, 1).ensure("scaler", "7")


async def test_a_broken_version_cannot_serve_and_hurts_no_other(tmp_path: Path) -> None:
    versions = opened(tmp_path, 1)
    (write_scaler(tmp_path, 2) / "model.onnx").write_bytes(b"cut")

    with pytest.raises(VersionNotServing):
        await versions.ensure("scaler", "2")

    assert list(versions.serving("scaler")) == ["1"]


async def test_a_version_is_held_as_long_as_it_is_named(tmp_path: Path) -> None:
    versions = opened(tmp_path, 1)
    write_scaler(tmp_path, 2)
    await versions.ensure("scaler", "2")

    await versions.release("scaler", {"2"}.__contains__)
    named = list(versions.serving("scaler"))
    await versions.release("scaler", {"1"}.__contains__)
    await versions.release("another", {"1"}.__contains__)

    assert named == ["2", "1"]
    assert list(versions.serving("scaler")) == ["1"]


async def test_read_again_the_policy_chooses_the_newest_on_disk(tmp_path: Path) -> None:
    versions = opened(tmp_path, 1)
    write_scaler(tmp_path, 2)

    await versions.read_again("scaler")

    assert versions.newest("scaler") == "2"


def test_what_the_store_never_saw_is_not_known(tmp_path: Path) -> None:
    versions = opened(tmp_path, 1)

    assert versions.knows("scaler")
    assert not versions.knows("another")
    assert versions.newest("another") is None
    assert list(versions.serving("another")) == []
