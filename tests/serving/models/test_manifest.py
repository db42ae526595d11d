"""What a manifest may say beyond the files and the signature, and that it is held to it."""

from pathlib import Path
from typing import Any

import pytest

from ridealong.serving.errors import ModelUnusable
from ridealong.serving.models.manifest import Manifest, read_manifest
from tests.serving.tiny_models import write_doubler


def manifest_with(tmp_path: Path, **manifest: Any) -> Manifest:
    return read_manifest(write_doubler(tmp_path, **manifest))


def test_by_default_inputs_stay_digests_and_nothing_is_forbidden(tmp_path: Path) -> None:
    manifest = manifest_with(tmp_path)

    assert manifest.payload_log.inputs == "digest"
    assert manifest.versions is None
    limits = manifest.limits
    assert (limits.max_batch_rows, limits.finite_inputs, limits.pinned) == (None, False, False)


def test_a_manifest_may_open_its_values_to_the_log_and_close_its_door_to_nan(
    tmp_path: Path,
) -> None:
    manifest = manifest_with(
        tmp_path,
        payload_log={"inputs": "values"},
        versions="latest-2",
        limits={"max_batch_rows": 8, "finite_inputs": True, "pinned": True},
    )

    assert manifest.payload_log.inputs == "values"
    limits = manifest.limits
    assert (limits.max_batch_rows, limits.finite_inputs, limits.pinned) == (8, True, True)


@pytest.mark.parametrize("field", ["payload_log", "limits"])
def test_null_is_the_default(tmp_path: Path, field: str) -> None:
    manifest = manifest_with(tmp_path, **{field: None})

    assert getattr(manifest, field) == type(getattr(manifest, field))()


@pytest.mark.parametrize(
    ("lie", "where"),
    [
        ({"payload_log": {"inputs": "everything"}}, "payload_log.inputs"),
        ({"payload_log": "values"}, "payload_log"),
        ({"payload_log": {"inputs": True}}, "payload_log.inputs"),
        ({"limits": {"max_batch_rows": 0}}, "limits.max_batch_rows"),
        ({"limits": {"max_batch_rows": -5}}, "limits.max_batch_rows"),
        ({"limits": {"max_batch_rows": 1e300}}, "limits.max_batch_rows"),
        ({"limits": {"max_batch_rows": "many"}}, "limits.max_batch_rows"),
        ({"limits": {"finite_inputs": "perhaps"}}, "limits.finite_inputs"),
        ({"limits": {"pinned": 2}}, "limits.pinned"),
        ({"limits": []}, "limits"),
        ({"versions": "newest"}, "versions"),
        ({"versions": 3}, "versions"),
        ({"versions": "../3"}, "versions"),
    ],
)
def test_a_strange_value_is_named_by_its_place(
    tmp_path: Path, lie: dict[str, Any], where: str
) -> None:
    with pytest.raises(ModelUnusable, match=f"wrong at {where}"):
        manifest_with(tmp_path, **lie)


def test_what_stood_in_a_wrong_place_is_not_quoted(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable) as caught:
        manifest_with(tmp_path, versions="secret-word")

    assert "secret" not in str(caught.value)


def test_a_manifest_nested_without_end_is_refused(tmp_path: Path) -> None:
    folder = write_doubler(tmp_path)
    (folder / "manifest.json").write_text('{"metrics":' + "[" * 100_000)

    with pytest.raises(ModelUnusable, match="the manifest is wrong"):
        read_manifest(folder)


def test_a_manifest_of_many_megabytes_is_not_read(tmp_path: Path) -> None:
    folder = write_doubler(tmp_path)
    with (folder / "manifest.json").open("r+b") as file:
        file.truncate(5 << 20)

    with pytest.raises(ModelUnusable, match="too big"):
        read_manifest(folder)
