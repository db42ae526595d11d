"""Scores one output of a pipeline, as it stands in the model store, on rows of one's own."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ridealong.learning import places
from ridealong.learning.errors import ModelUnknown, RowsUnreadable
from ridealong.learning.lessons import Matrix
from ridealong.learning.metrics import Metrics, score_classes, score_labels
from ridealong.serving.checksums import check_files
from ridealong.serving.manifest import Manifest, Platform, read_manifest
from ridealong.text.encoders import load_encoder, open_session
from ridealong.text.features import FeatureRows

TEXT, LABEL = "text", "label"
SEVERAL_LABELS = "emotion"


def evaluate(
    name: str, output: str, rows: Sequence[tuple[str, str]], *, store: Path = places.STORE
) -> Metrics:
    """Metrics of the newest version of a pipeline; `rows` are texts with their labels."""
    folder = newest(name, store)
    manifest = read_manifest(folder)
    check_files(folder, manifest)
    labels = labels_of(manifest, output)
    probabilities = answer(manifest, folder, output, [text for text, _ in rows])
    said = [label.split(",") if output == SEVERAL_LABELS else [label] for _, label in rows]
    unknown = sorted({label for each in said for label in each} - set(labels))
    if unknown:
        raise RowsUnreadable(f"{name} {output} has no label {', '.join(unknown[:5])}")
    if output == SEVERAL_LABELS:
        return score_labels(
            probabilities, np.array([[one in each for one in labels] for each in said])
        )
    return score_classes(probabilities, np.array([labels.index(each[0]) for each in said]))


def answer(manifest: Manifest, folder: Path, output: str, texts: Sequence[str]) -> Matrix:
    """Probabilities as `inference` gives them: the same encoder, features and head."""
    choice = manifest.encoder
    head = next((head for head in manifest.heads if head.output == output), None)
    if choice is None or head is None or manifest.limits.max_tokens is None:
        raise ModelUnknown(f"{manifest.name} has no output {output} that gives labels")
    encoder_folder = folder.parents[1] / choice.model / choice.version
    encoder = load_encoder(choice.kind, encoder_folder, manifest.limits.max_tokens)
    features = FeatureRows()
    rows = [features.assemble(head.features, text, encoder.embed_one(text)) for text in texts]
    answered: Matrix = open_session(folder / head.file).run(None, {head.input: np.stack(rows)})[0]
    return answered


def newest(name: str, store: Path) -> Path:
    """The folder of a pipeline's highest version."""
    versions = [path.parent for path in (store / name).glob("[1-9]*/manifest.json")]
    if not versions:
        raise ModelUnknown(f"no model {name} in {store}; `ridealong models build` assembles it")
    folder = max(versions, key=lambda path: int(path.name))
    if read_manifest(folder).platform is not Platform.TEXT_PIPELINE:
        raise ModelUnknown(
            f"{name} gives no labels for texts; only text pipelines can be evaluated"
        )
    return folder


def labels_of(manifest: Manifest, output: str) -> tuple[str, ...]:
    """The classes of an output in their order."""
    for tensor in manifest.outputs:
        if tensor.name == output and tensor.labels:
            return tensor.labels
    named = ", ".join(tensor.name for tensor in manifest.outputs if tensor.labels)
    raise ModelUnknown(f"{manifest.name} has no labels for {output}; it has them for {named}")


def read_rows(path: Path) -> list[tuple[str, str]]:
    """A CSV file with the columns text and label."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            if not {TEXT, LABEL} <= set(reader.fieldnames or ()):
                raise RowsUnreadable(f"{path} needs the columns {TEXT} and {LABEL}")
            rows = [(line[TEXT] or "", line[LABEL] or "") for line in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RowsUnreadable(f"{path} cannot be read as a CSV file in UTF-8") from error
    if not rows:
        raise RowsUnreadable(f"{path} has no rows")
    return rows
