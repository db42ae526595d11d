from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from ridealong.learning.errors import HeadDiffers
from ridealong.learning.heads import (
    Head,
    Sample,
    best_temperature,
    export,
    fit_classes,
    fit_labels,
    prove_parity,
)
from ridealong.learning.prototypes import Prototypes, typical
from ridealong.text.encoders import open_session

CHANCE = np.random.default_rng(11)
LABELS = ("refund", "track", "other")
CENTRES = np.eye(3, 6, dtype=np.float32)
CLASSES = np.arange(300) % 3
VECTORS = CENTRES[CLASSES] + CHANCE.normal(scale=0.4, size=(300, 6)).astype(np.float32)
SAMPLE = Sample(VECTORS, CLASSES)


def test_the_exported_head_answers_what_scikit_learn_answers(tmp_path: Path) -> None:
    theirs = LogisticRegression(C=1.0, tol=1e-5, max_iter=400).fit(VECTORS, CLASSES)
    head = fit_classes(SAMPLE, LABELS, c=1.0)

    export(head, tmp_path / "pack.onnx", output="pack", width=6)

    answered = open_session(tmp_path / "pack.onnx").run(["pack"], {"features": VECTORS})[0]
    assert np.abs(answered - theirs.predict_proba(VECTORS)).max() < 1e-5


def test_a_head_of_two_classes_answers_for_both(tmp_path: Path) -> None:
    two = CLASSES < 2
    theirs = LogisticRegression(C=1.0, tol=1e-5).fit(VECTORS[two], CLASSES[two])
    head = fit_classes(Sample(VECTORS[two], CLASSES[two]), LABELS[:2], c=1.0)

    export(head, tmp_path / "pack.onnx", output="pack", width=6)

    answered = open_session(tmp_path / "pack.onnx").run(None, {"features": VECTORS})[0]
    assert np.abs(answered - theirs.predict_proba(VECTORS)).max() < 1e-5


def test_a_head_of_many_labels_answers_what_scikit_learn_answers(tmp_path: Path) -> None:
    truth = np.stack([CLASSES == 0, CLASSES != 1], axis=1)
    theirs = LogisticRegression(C=1.0, tol=1e-5).fit(VECTORS, truth[:, 1])
    head = fit_labels(VECTORS, truth, ("angry", "glad"), c=1.0)

    export(head, tmp_path / "emotion.onnx", output="emotion", width=6)

    answered = open_session(tmp_path / "emotion.onnx").run(None, {"features": VECTORS})[0]
    assert np.abs(answered[:, 1] - theirs.predict_proba(VECTORS)[:, 1]).max() < 1e-5


def test_a_head_with_prototypes_is_exported_with_them(tmp_path: Path) -> None:
    shapes = Prototypes((typical(VECTORS, CLASSES.astype(str).tolist(), 1), VECTORS[:9]))
    head = fit_classes(Sample(VECTORS, CLASSES, prototypes=shapes), LABELS, c=1.0)

    export(head, tmp_path / "scope.onnx", output="scope", width=6)

    assert head.weight.shape == (6 + 2 * 2, 3)
    assert prove_parity(head, tmp_path / "scope.onnx", VECTORS) < 1e-5


def test_a_file_that_answers_otherwise_is_refused(tmp_path: Path) -> None:
    head = fit_classes(SAMPLE, LABELS, c=1.0)
    export(head.cooled(2.0), tmp_path / "pack.onnx", output="pack", width=6)

    with pytest.raises(HeadDiffers, match=r"pack\.onnx"):
        prove_parity(head, tmp_path / "pack.onnx", VECTORS)


def test_heads_load_without_any_locale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    export(fit_classes(SAMPLE, LABELS, c=1.0), tmp_path / "p.onnx", output="p", width=6)

    assert open_session(tmp_path / "p.onnx").get_outputs()[0].shape == ["rows", 3]


def test_a_boastful_head_is_cooled_and_keeps_its_order() -> None:
    modest = fit_classes(SAMPLE, LABELS, c=1.0)
    boastful = modest.cooled(0.2)

    temperature = best_temperature(boastful, SAMPLE)
    cooled = boastful.cooled(temperature)

    assert temperature > 2
    assert (
        cooled.probabilities(VECTORS).max(axis=1).mean()
        < boastful.probabilities(VECTORS).max(axis=1).mean()
    )
    assert np.array_equal(
        cooled.probabilities(VECTORS).argmax(axis=1), modest.probabilities(VECTORS).argmax(axis=1)
    )


def test_probabilities_of_one_class_add_up_to_one() -> None:
    head = Head(LABELS, VECTORS[:6, :3] * 100, VECTORS[0, :3], one_of_many=True)

    assert np.allclose(head.probabilities(VECTORS).sum(axis=1), 1)


def test_a_class_of_few_rows_is_its_own_prototypes() -> None:
    few = VECTORS[:3]

    assert np.array_equal(typical(few, ["a", "a", "a"], 1), few)
