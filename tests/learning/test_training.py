"""Trains a whole pipeline on made-up rows with the real English encoder, then serves it."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ridealong.learning import corpus, pipelines, training
from ridealong.learning.curriculum import count_texts
from ridealong.learning.datasets import DataFolder, Row
from ridealong.learning.errors import HeadWorse
from ridealong.learning.evaluation import evaluate
from ridealong.learning.evaluation_labels import Wishes
from ridealong.learning.evaluation_rows import LabelledFile, LabelledRow
from ridealong.learning.evaluation_served import InProcess
from ridealong.learning.sampling import split
from ridealong.learning.store import assemble, committed
from ridealong.serving.models.manifest import read_manifest
from tests.learning.stores import copy_models, real_store
from tests.learning.tiny_data import rows_of, write_tiny_data

ENGLISH = pipelines.find_pipeline("understand-en")


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("workshop")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RIDEALONG_CACHE", str(folder / "cache"))
        data = DataFolder.open(write_tiny_data(folder / "data"))
        gathered = corpus.gather(data)
        embedded: list[int] = []
        watch = training.Watch(advance=embedded.append)
        training.train(
            ENGLISH,
            gathered,
            store=real_store(),
            models=folder / "models",
            dropped=data.dropped,
            watch=watch,
        )
        assert sum(embedded) == count_texts(gathered, ENGLISH)
        assemble(models=folder / "models", store=folder / "store", cache=folder / "cache")
        copy_models(folder / "store", "minilm", "use-multilingual")
        yield folder


def manifest_of(workshop: Path) -> dict[str, object]:
    path = workshop / "models" / "understand-en" / ENGLISH.version / "manifest.json"
    document: dict[str, object] = json.loads(path.read_text())
    return document


def test_a_trained_pipeline_has_a_manifest_that_the_server_accepts(workshop: Path) -> None:
    (folder,) = committed(workshop / "models")
    manifest = read_manifest(folder)

    outputs = {tensor.name: tensor for tensor in manifest.outputs}
    assert outputs["scope"].labels == ("banking", "commerce", "general", "none")
    assert outputs["banking"].labels == ("exchange_rate", "lost_card")
    assert outputs["emotion"].labels == ("anger", "joy", "neutral")
    assert outputs["embedding"].labels is None


def test_the_manifest_says_what_was_left_out_and_under_which_licence(workshop: Path) -> None:
    data = manifest_of(workshop)["data"]

    assert isinstance(data, list)
    bitext = next(each for each in data if each["name"] == "Bitext customer support")
    assert bitext["dropped_held_out"] == 2
    assert bitext["licence"] == "CDLA-Sharing-1.0"


@pytest.mark.parametrize("pack", ["banking", "commerce"])
async def test_a_trained_head_knows_what_it_was_taught(workshop: Path, pack: str) -> None:
    rows = tuple(LabelledRow(text, label) for text, label in rows_of(pack))
    async with InProcess("understand-en", workshop / "store") as served:
        verdict = await evaluate(served, LabelledFile(rows, 0, 0, 0), Wishes(pack))

    assert verdict.whole.figures["accuracy"].value > 0.9


def test_thresholds_stand_beside_the_outputs_that_they_are_for(workshop: Path) -> None:
    (folder,) = committed(workshop / "models")
    outputs = {tensor.name: tensor for tensor in read_manifest(folder).outputs}

    for name in ("banking", "commerce", "general", "department"):
        assert set(outputs[name].conformal or ()) == {"0.05", "0.1", "0.2"}
    assert outputs["sentiment"].conformal is None
    assert outputs["scope"].reject is not None
    shown = outputs["banking"].to_spec().to_json()["parameters"]
    assert isinstance(shown, dict)
    assert set(shown) == {"labels", "conformal"}


def test_departments_are_kinds_of_company_and_desks_of_a_shop(workshop: Path) -> None:
    (folder,) = committed(workshop / "models")
    outputs = {tensor.name: tensor for tensor in read_manifest(folder).outputs}

    assert {"finance", "insurance", "shop_order", "shop_refund"} <= set(
        outputs["department"].labels or ()
    )


def test_a_card_says_what_heads_can_do_and_is_not_served(workshop: Path) -> None:
    (folder,) = committed(workshop / "models")
    card = (folder / "CARD.md").read_text()

    assert card.startswith("# understand-en 2\n")
    assert "| banking | as written |" in card
    assert "## Most often confused" in card
    assert "CARD.md" not in read_manifest(folder).files
    assert not (workshop / "store" / "understand-en" / "2" / "CARD.md").exists()


def test_a_head_worse_than_the_committed_one_is_not_written(workshop: Path, tmp_path: Path) -> None:
    folder = tmp_path / "understand-en" / "1"
    folder.mkdir(parents=True)
    better = manifest_of(workshop) | {"metrics": {"banking": {"dev": {"accuracy": 1.01}}}}
    (folder / "manifest.json").write_text(json.dumps(better))
    data = DataFolder.open(workshop / "data")
    gathered = corpus.gather(data)

    with pytest.raises(HeadWorse, match="banking"):
        training.train(ENGLISH, gathered, store=real_store(), models=tmp_path)

    assert not (tmp_path / "understand-en" / "2").exists()
    written = training.train(
        ENGLISH, gathered, store=real_store(), models=tmp_path, allow_worse=True
    )
    assert (written / "manifest.json").is_file()


def test_training_again_writes_the_very_same_heads(workshop: Path, tmp_path: Path) -> None:
    data = DataFolder.open(workshop / "data")
    again = training.train(
        ENGLISH, corpus.gather(data), store=real_store(), models=tmp_path, dropped=data.dropped
    )

    assert json.loads((again / "manifest.json").read_text()) == manifest_of(workshop)


def test_rows_of_every_set_stay_apart_by_label_when_split() -> None:
    rows = split([Row(str(n), "ab"[n % 2]) for n in range(200)])
    dev = [row.label for row in rows if row.dev]

    assert dev.count("a") == dev.count("b") == 15
    assert np.mean([row.dev for row in rows]) == 0.15
