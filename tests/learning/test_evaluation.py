"""Judging what a served model answers; here a model whose answers are known."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from ridealong.learning.errors import ModelUnknown, RowsUnreadable
from ridealong.learning.evaluation import Answered, Evaluation, evaluate
from ridealong.learning.evaluation_labels import Described, Wishes
from ridealong.learning.evaluation_rows import LabelledFile, LabelledRow

LABELS = {
    "scope": ("bank", "shop", "none"),
    "bank": ("lost", "stolen"),
    "shop": ("track", "refund"),
    "mood": ("lost", "stolen", "found"),
    "emotion": ("joy", "anger"),
}


class KnowsWords:
    """Says of each output whichever label stands in the text, with much confidence."""

    def __init__(self, labels: Mapping[str, tuple[str, ...]]) -> None:
        self.labels = labels
        self.asked: list[int] = []

    async def describe(self) -> Described:
        return Described("fixed", self.labels)

    async def answer(self, texts: Sequence[str], outputs: Sequence[str]) -> Answered:
        self.asked.append(len(texts))
        rows = {
            output: np.array([self._row(output, text) for text in texts], dtype=np.float32)
            for output in outputs
        }
        return Answered("3", rows)

    def _row(self, output: str, text: str) -> list[float]:
        said = [0.9 if label in text.split() else 0.05 for label in self.labels[output]]
        return said if output == "emotion" else [score / sum(said) for score in said]


def rows_of(*pairs: tuple[str, ...]) -> LabelledFile:
    return LabelledFile(tuple(LabelledRow(*pair) for pair in pairs), 0, 0, 0)


async def judge(*pairs: tuple[str, ...], output: str | None = None, **wishes: object) -> Evaluation:
    chosen = Wishes(output, **wishes)  # type: ignore[arg-type]
    return await evaluate(KnowsWords(LABELS), rows_of(*pairs), chosen)


def value(verdict: Evaluation, name: str) -> float:
    return verdict.whole.figures[name].value


async def test_the_output_is_the_one_that_knows_all_labels() -> None:
    verdict = await judge(("track it", "track"), ("refund it", "refund"), ("track", "refund"))

    assert (verdict.output, verdict.version, verdict.whole.rows) == ("shop", "3", 3)
    assert value(verdict, "accuracy") == pytest.approx(0.6667)


async def test_labels_that_fit_several_outputs_ask_for_a_choice() -> None:
    with pytest.raises(RowsUnreadable, match="bank, mood: choose one with --output"):
        await judge(("lost", "lost"))


async def test_labels_that_fit_no_output_are_listed_beside_the_nearest() -> None:
    with pytest.raises(RowsUnreadable, match=r"shop comes nearest.*teleport \(2 rows\)"):
        await judge(("x", "track"), ("y", "teleport"), ("z", "teleport"))


async def test_unknown_labels_of_a_chosen_output_are_refused_or_counted() -> None:
    pairs = [("track", "track"), ("beam me up", "teleport"), ("sell", "sell"), ("s", "sell")]

    with pytest.raises(RowsUnreadable, match=r"sell \(2 rows\), teleport \(1 rows\).*--skip"):
        await judge(*pairs, output="shop")
    verdict = await judge(*pairs, output="shop", skips_unknown=True)

    assert (verdict.whole.rows, dict(verdict.skipped)) == (1, {"sell": 2, "teleport": 1})


async def test_of_ten_thousand_unknown_labels_ten_are_named() -> None:
    pairs = [(f"text {number}", f"label{number}") for number in range(10_000)]

    with pytest.raises(RowsUnreadable, match=r"label9 \(1 rows\) and 9990 more"):
        await judge(*pairs, output="shop")


async def test_a_file_whose_rows_are_all_skipped_is_refused() -> None:
    with pytest.raises(RowsUnreadable, match="no row of the file has a label of fixed shop"):
        await judge(("x", "teleport"), output="shop", skips_unknown=True)


async def test_an_output_nobody_has_is_refused_with_those_there_are() -> None:
    with pytest.raises(ModelUnknown, match="no labels for vector; it has them for scope, bank"):
        await judge(("lost", "lost"), output="vector")


async def test_a_model_without_labels_cannot_be_evaluated() -> None:
    with pytest.raises(ModelUnknown, match="gives no labels"):
        await evaluate(KnowsWords({}), rows_of(("x", "y")))


async def test_rows_outside_judge_the_reject_score_and_nothing_else() -> None:
    pairs = [("bank lost", "lost"), ("bank stolen", "stolen"), ("none", "oos"), ("none", "none")]

    verdict = await judge(*pairs, output="bank")

    assert (verdict.whole.rows, verdict.outside) == (2, 2)
    assert value(verdict, "accuracy") == 1
    assert value(verdict, "rejection_auroc") == 1


async def test_a_tenant_with_one_pack_also_rejects_what_another_pack_knows() -> None:
    pairs = [("shop track", "track"), ("bank", "oos")]

    everything = await judge(*pairs, output="shop")
    only_shop = await judge(*pairs, output="shop", packs=("shop",))

    assert value(everything, "rejection_auroc") == 0.5
    assert value(only_shop, "rejection_auroc") == 1
    with pytest.raises(ModelUnknown, match="no pack garden"):
        await judge(*pairs, output="shop", packs=("garden",))


async def test_for_the_scope_rows_outside_are_a_class_of_their_own() -> None:
    verdict = await judge(("bank", "bank"), ("none", "oos"), ("shop", "none"), output="scope")

    assert verdict.whole.rows == 3
    assert value(verdict, "accuracy") == pytest.approx(0.6667)
    assert value(verdict, "rejection_auroc") == 0.75


async def test_labels_may_be_several_where_an_output_gives_several() -> None:
    verdict = await judge(("joy anger", "joy, anger"), ("joy", "joy"), ("anger", "anger"))

    assert verdict.output == "emotion"
    assert value(verdict, "micro_f1") == 1


async def test_each_language_has_figures_of_its_own() -> None:
    verdict = await judge(
        ("track", "track", "en"),
        ("refund", "track", "de"),
        ("none", "oos", "de"),
        ("track", "track"),
    )

    assert {name: part.rows for name, part in verdict.languages.items()} == {"de": 1, "en": 1}
    assert verdict.languages["en"].figures["accuracy"].value == 1
    assert verdict.languages["de"].figures["accuracy"].value == 0
    assert "rejection_auroc" not in verdict.languages["en"].figures


async def test_one_row_is_judged_without_an_interval() -> None:
    verdict = await judge(("track", "track"))

    assert verdict.whole.figures["accuracy"].value == 1
    assert verdict.whole.figures["accuracy"].interval is None


async def test_rows_are_asked_some_at_a_time_and_progress_is_told() -> None:
    served, told = KnowsWords(LABELS), list[int]()

    await evaluate(served, rows_of(*[("track", "track")] * 150), Wishes(advance=told.append))

    assert served.asked == told == [64, 64, 22]


async def test_the_worst_classes_and_the_confusions_are_named() -> None:
    verdict = await judge(*[("refund", "track")] * 2, ("refund", "refund"), ("track", "track"))

    worst = verdict.judged.classes()[0]
    (confused,) = verdict.judged.confusions()  # type: ignore[union-attr]
    assert (worst.label, worst.rows) == ("track", 3)
    assert worst.recall == pytest.approx(0.3333)
    assert (confused.truth, confused.said, confused.rows) == ("track", "refund", 2)
