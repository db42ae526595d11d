"""Recall of personal data by type, false masks, and what the tagger costs.

The halves share no template, no value and few countries. Mend on `dev`; look at `test` when done.

    python -m bench.pii                # dev
    python -m bench.pii --half test
    python -m bench.pii --everything   # the tagger sees every text whole: the recall to compare to
    python -m bench.pii --show         # what was missed, what was hidden for nothing
"""

import argparse
from statistics import quantiles
from typing import Final

from rich.console import Console
from rich.markup import escape

from bench.pii.cases import lookalikes, personal_cases
from bench.pii.halves import Half
from bench.pii.measure import Chooser, Engines, Findings, measure
from ridealong.learning import places
from ridealong.learning.store import assemble
from ridealong.serving.models.manifest import read_manifest
from ridealong.text.excerpts import Excerpt, Stretch, excerpts
from ridealong.text.language import LanguageReader
from ridealong.text.masking import Reading
from ridealong.text.suspicion import PlainWords
from ridealong.text.tagging import Tagger, load_tagger

_PERCENT: Final = 100


def main() -> None:
    """Two runs: messages with personal data, and messages that only look so."""
    options = _options()
    choose = _whole if options.everything else _suspicious(PlainWords())
    engines = Engines(LanguageReader(), choose, _open_tagger())
    personal = measure(personal_cases(options.half), engines)
    harmless = measure(lookalikes(options.half), engines)
    console = Console(width=140, highlight=False)
    for line in [*recall_rows(personal), *mask_rows(personal, harmless)]:
        console.print(line, markup=False)
    if options.show:
        for case, span in personal.missed:
            console.print(f"missed {span.kind} {case.language}: {case.text!r}: {span.value!r}")
        for case, stray in [*personal.masked_for_nothing, *harmless.masked_for_nothing]:
            pieces = [f"{one.kind}={case.text[one.start : one.end]!r}" for one in stray]
            console.print(escape(f"stray {case.language}: {case.text!r}: {', '.join(pieces)}"))


def recall_rows(findings: Findings) -> list[str]:
    """A table of shares by type."""
    rows = ["| type | spans | typed | any | whole |", "| --- | --- | --- | --- | --- |"]
    for kind, count in sorted(findings.by_kind.items()):
        shares = (count.typed, count.found, count.whole)
        cells = " | ".join(f"{share / count.there:.3f}" for share in shares)
        rows.append(f"| {kind} | {count.there} | {cells} |")
    return rows


def mask_rows(personal: Findings, harmless: Findings) -> list[str]:
    """What was masked without need, and the tagger's cost."""
    return [
        f"harmless messages masked: {len(harmless.masked_for_nothing)} of {harmless.cases}",
        f"personal messages with a stray mask: {len(personal.masked_for_nothing)} "
        f"of {personal.cases}",
        *(
            f"tagger, {name}: {found.tagged} of {found.cases} messages, "
            f"p50 {_share(found.tagger_ms, 50):.2f} ms, p95 {_share(found.tagger_ms, 95):.2f} ms"
            for name, found in (("personal", personal), ("harmless", harmless))
        ),
    ]


def _share(times_ms: list[float], percent: int) -> float:
    return quantiles(times_ms, n=_PERCENT)[percent - 1]


def _whole(reading: Reading, _language: str) -> list[Excerpt]:
    everything = Stretch(0, 0, len(reading.text), is_whole=False)
    return [Excerpt(reading.text, (everything,))]


def _suspicious(plain_words: PlainWords) -> Chooser:
    return lambda reading, language: excerpts(
        reading, plain_words.suspicious_ranges(reading, language)
    )


def _open_tagger() -> Tagger:
    assemble()
    folder = places.STORE / "pii-tagger" / "1"
    manifest = read_manifest(folder)
    if manifest.tag_labels is None or manifest.limits.max_tokens is None:
        raise SystemExit("the store's pii-tagger is no tagger")
    return load_tagger(folder, manifest.tag_labels, manifest.limits.max_tokens)


def _options() -> argparse.Namespace:
    made = argparse.ArgumentParser("bench.pii", description=__doc__.partition("\n")[0])
    made.add_argument("--half", type=Half, choices=list(Half), default=Half.DEV)
    made.add_argument("--everything", action="store_true")
    made.add_argument("--show", action="store_true")
    return made.parse_args()


if __name__ == "__main__":
    main()
