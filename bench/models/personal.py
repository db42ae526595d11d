"""Recall of personal data on the half of `bench.pii` that nothing was mended on."""

from collections.abc import Mapping
from typing import Final

from bench.models.goals import Goal, Measured, share_of
from bench.pii.cases import personal_cases
from bench.pii.halves import Half
from bench.pii.measure import Count, Engines, measure
from ridealong.learning.places import STORE
from ridealong.serving.models.manifest import read_manifest
from ridealong.text.excerpts import Excerpt, excerpts
from ridealong.text.language import LanguageReader
from ridealong.text.masking import Reading
from ridealong.text.suspicion import PlainWords
from ridealong.text.tagging import Tagger, load_tagger

SPELLED: Final = ("PERSON", "ADDRESS")
CHECKED: Final = ("EMAIL", "PHONE", "CARD", "IBAN", "IP", "URL")


def measure_personal() -> list[Measured]:
    """Rules and tagger together, as preprocessing reads; found means half a span, of its type."""
    words = PlainWords()

    def choose(reading: Reading, language: str) -> list[Excerpt]:
        return excerpts(reading, words.suspicious_ranges(reading, language))

    engines = Engines(LanguageReader(), choose, open_tagger())
    found = measure(personal_cases(Half.TEST), engines).by_kind
    return [
        recall("PII: person, address", SPELLED, found, Goal(0.85, 0.90)),
        recall("PII: e-mail, phone, card, IBAN, IP, URL", CHECKED, found, Goal(0.97, 0.99)),
    ]


def recall(what: str, kinds: tuple[str, ...], found: Mapping[str, Count], goal: Goal) -> Measured:
    """Over all spans of these kinds."""
    hits = [place < found[kind].typed for kind in kinds for place in range(found[kind].there)]
    return Measured(what, "`bench.pii`, test half", len(hits), share_of(hits), goal)


def open_tagger() -> Tagger:
    """The newest of the store."""
    newest = max((STORE / "pii-tagger").iterdir(), key=lambda folder: int(folder.name))
    manifest = read_manifest(newest)
    return load_tagger(newest, manifest.tag_labels or (), manifest.limits.max_tokens or 0)
