"""Which versions serve: by the store, by the model, by the request; and which folders are none."""

from pathlib import Path
from shutil import rmtree

import pytest

from ridealong.serving.errors import InvalidRequest, ModelNotFound, ModelNotReady
from ridealong.serving.models.opening import Opener
from ridealong.serving.models.store import IndexEntry, ModelStore, State, VersionPolicy
from ridealong.serving.models.versions import Versions, read_versions
from tests.serving.tiny_models import write_bare, write_doubler, write_scaler


@pytest.fixture
def four(tmp_path: Path) -> Path:
    for version in (1, 2, 3, 10):
        write_scaler(tmp_path, version)
    return tmp_path


def loaded(
    folder: Path,
    policy: VersionPolicy | Versions = VersionPolicy.LATEST,
    per_model: dict[str, Versions] | None = None,
) -> ModelStore:
    store = ModelStore(folder, Opener(folder), policy=policy, per_model=per_model)
    store.load_all()
    return store


@pytest.mark.parametrize(
    ("text", "versions"),
    [
        ("latest", Versions()),
        ("latest-1", Versions()),
        ("latest-3", Versions(newest=3)),
        ("all", Versions(newest=None)),
        ("7", Versions(newest=None, named=("7",))),
        ("1, 10", Versions(newest=None, named=("1", "10"))),
    ],
)
def test_versions_are_said_in_a_word(text: str, versions: Versions) -> None:
    assert read_versions(text) == versions


@pytest.mark.parametrize(
    "text", ["", "newest", "latest-0", "latest-", "0", "01", "1,", "-1", "1;2", "../1", "¹", "١"]
)
def test_anything_else_is_no_choice_of_versions(four: Path, text: str) -> None:
    store = loaded(four)

    with pytest.raises(InvalidRequest, match="latest-N"):
        store.load("scaler", text)
    assert store.versions("scaler") == ["10"]


@pytest.mark.parametrize(
    ("policy", "served"),
    [
        (VersionPolicy.LATEST, ["10"]),
        (VersionPolicy.ALL, ["10", "3", "2", "1"]),
        (Versions(newest=2), ["10", "3"]),
        (Versions(newest=None, named=("2", "1")), ["2", "1"]),
    ],
)
def test_the_stores_policy_chooses(
    four: Path, policy: VersionPolicy | Versions, served: list[str]
) -> None:
    store = loaded(four, policy)

    assert store.versions("scaler") == served
    assert store.find("scaler").version == served[0]
    assert len(store.index()) == 4


def test_the_request_counts_before_the_operator_and_he_before_the_manifest(four: Path) -> None:
    write_scaler(four, 10, versions="latest-2")
    by_manifest = loaded(four)
    by_operator = loaded(four, per_model={"scaler": read_versions("1,3")})

    assert by_manifest.versions("scaler") == ["10", "3"]
    assert by_operator.versions("scaler") == ["3", "1"]
    by_operator.load("scaler", "2")
    assert by_operator.versions("scaler") == ["2"]
    by_operator.load("scaler")
    assert by_operator.versions("scaler") == ["3", "1"]


def test_a_broken_version_does_not_count_among_the_newest(four: Path) -> None:
    (four / "scaler" / "3" / "model.onnx").write_bytes(b"x")

    assert loaded(four, Versions(newest=2)).versions("scaler") == ["10", "2"]


def test_a_named_version_that_is_not_there_is_told_of(four: Path) -> None:
    store = loaded(four)

    tried = store.load("scaler", "2,99")

    assert [(entry.version, entry.state) for entry in tried] == [
        ("99", State.UNAVAILABLE),
        ("2", State.READY),
    ]
    assert "missing" in tried[0].reason
    with pytest.raises(ModelNotReady):
        store.find("scaler", "99")


@pytest.mark.parametrize("asked", ["99", "2,99", "10", "3,10"])
def test_a_load_whose_newest_version_is_none_changes_nothing_but_the_index(
    four: Path, asked: str
) -> None:
    store = loaded(four, Versions(newest=2))
    before = [store.find("scaler", version) for version in ("10", "3")]
    (four / "scaler" / "10" / "model.onnx").write_bytes(b"torn")

    newest = store.load("scaler", asked)[0]

    assert newest in store.index()
    assert newest.reason
    assert store.versions("scaler") == ["10", "3"]
    assert [store.find("scaler"), store.find("scaler", "3")] == before


def test_a_folder_without_versions_any_more_changes_nothing_but_the_index(four: Path) -> None:
    store = loaded(four)
    for folder in (four / "scaler").iterdir():
        rmtree(folder)

    [tried] = store.load("scaler")

    assert (tried.version, "whole number" in tried.reason) == ("", True)
    assert tried in store.index()
    assert store.find("scaler").version == "10"


def test_a_model_seen_for_the_first_time_serves_what_it_can_as_at_the_start(four: Path) -> None:
    store = ModelStore(four, Opener(four))
    (four / "scaler" / "10" / "model.onnx").write_bytes(b"torn")

    newest, *_ = store.load("scaler")

    assert (newest.version, newest.state) == ("10", State.UNAVAILABLE)
    assert store.versions("scaler") == ["3"]


def test_a_torn_version_that_a_rollout_holds_is_in_no_loads_way(four: Path) -> None:
    store = loaded(four, Versions(newest=None, named=("1",)))
    store.ensure("scaler", "3")
    (four / "scaler" / "3" / "model.onnx").write_bytes(b"torn")

    tried = store.load("scaler", "2")

    assert [(entry.version, entry.reason) for entry in tried] == [("2", "")]
    assert store.versions("scaler") == ["3", "2"]


@pytest.mark.parametrize("name", ["0", "01", "x", "1.0", "-1", "1 ", "١", "9" * 10])
def test_folders_that_are_no_versions_are_left_out_with_a_reason(tmp_path: Path, name: str) -> None:
    graph = write_doubler(tmp_path) / "model.onnx"
    write_bare(tmp_path, "doubler", graph.read_bytes(), version=name)

    store = loaded(tmp_path, VersionPolicy.ALL)

    assert store.versions("doubler") == ["1"]
    [entry] = [entry for entry in store.index() if entry.version == name]
    assert (entry.state, "not a version" in entry.reason) == (State.UNAVAILABLE, True)


@pytest.mark.parametrize("name", ["möbel", "_draft", "-x", "a b", "n" * 200])
def test_folders_that_are_no_names_are_left_out_with_a_reason(tmp_path: Path, name: str) -> None:
    write_doubler(tmp_path, "good")
    write_doubler(tmp_path, name)

    store = loaded(tmp_path)

    assert [entry for entry in store.index() if entry.name == name and "not a name" in entry.reason]
    with pytest.raises(ModelNotFound):
        store.find(name)
    with pytest.raises(ModelNotFound):
        store.load(name)


def test_a_name_that_is_no_text_does_not_break_the_index(tmp_path: Path) -> None:
    write_doubler(tmp_path, "good")
    (tmp_path / "\udcff").mkdir()

    store = loaded(tmp_path)

    assert store.find("good").name == "good"
    assert all(entry.name.encode() for entry in store.index())


def test_hidden_folders_and_files_beside_the_models_are_nobodys_business(tmp_path: Path) -> None:
    write_doubler(tmp_path)
    write_doubler(tmp_path, ".hidden")
    (tmp_path / "README.md").write_text("models")
    (tmp_path / "doubler" / "labels.txt").write_text("a")
    (tmp_path / "doubler" / ".partial").mkdir()

    assert loaded(tmp_path).index() == [IndexEntry("doubler", "1", State.READY)]


@pytest.mark.parametrize(
    "name", ["..", ".", "../scaler", "scaler/..", "scaler/1", "/etc", ".hidden", "ü", "n" * 300]
)
def test_no_name_leads_out_of_the_store(four: Path, name: str) -> None:
    write_doubler(four, ".hidden")
    store = loaded(four)

    for attempt in (store.load, store.unload, store.find):
        with pytest.raises(ModelNotFound):
            attempt(name)
    with pytest.raises(ModelNotFound):
        store.ensure(name, "1")


@pytest.mark.parametrize("version", ["", "..", "../../x", "0", "01", "x", "1/../2", "9" * 300])
def test_no_version_leads_out_of_its_model(four: Path, version: str) -> None:
    store = loaded(four)

    with pytest.raises(ModelNotFound):
        store.ensure("scaler", version)
    with pytest.raises((ModelNotFound, ModelNotReady)):
        store.find("scaler", version)
