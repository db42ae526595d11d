"""Two companies, what their customers say, and encoders small enough for a unit test."""

import json
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from ridealong.contracts.own_intents import NewExample, TeachIntents
from ridealong.contracts.preprocessing import PreparedMessage, TextFeatures
from ridealong.own_intents.book import Book
from ridealong.own_intents.desk import IntentDesk
from ridealong.own_intents.reading import Encoders
from ridealong.own_intents.readings import Heads, Reading, Row
from ridealong.own_intents.shelf import HeadShelf
from tests.fakes import FakeSidecar

ENGLISH, ALL = "understand-en", "understand-multilingual"
PACKS = ("commerce",)
ENCODERS = {ENGLISH: "1", ALL: "1"}
WIDTHS = {ENGLISH: 96, ALL: 64}

AIRLINE = {
    "pets_on_board": [
        "May my dog fly with me in the cabin?",
        "I would like to bring a cat on the plane, is that fine?",
        "What does it cost to take a pet along on a flight?",
        "Do you accept animals on board?",
        "Is a small dog allowed under the seat?",
        "How do I book a place for my cat?",
    ],
    "luggage": [
        "How many suitcases may I check in?",
        "What is the weight limit of my luggage?",
        "Can I add another bag to my booking?",
        "How heavy may hand luggage be?",
        "My suitcase weighs 25 kilos, what do I pay?",
        "Is a backpack counted as hand luggage?",
    ],
    "seat_choice": [
        "I want to sit at the window",
        "Can we get two seats beside each other?",
        "Please move me to an aisle seat",
        "How can I choose my seat?",
        "Is there a seat with more room for my legs?",
        "We would like to sit together as a family",
    ],
    "vouchers": [
        "How do I redeem a voucher?",
        "My gift card code does not work",
        "Until when is my voucher valid?",
        "Can I pay a ticket with a gift card?",
        "I lost the code of my voucher",
        "Where do I type in the voucher code?",
    ],
}
GYM = {
    "pause": [
        "I want to pause my membership for two months",
        "Can my contract rest while I am injured?",
        "Please put my membership on hold",
        "I am abroad until May, can I suspend training?",
        "How long may I freeze the contract?",
    ],
    "classes": [
        "When does the yoga course begin?",
        "Please sign me up for spinning on Monday",
        "Is there still room in the pilates class?",
        "Which courses do you offer in the evening?",
        "I cannot come to the yoga lesson tomorrow",
    ],
}


class WordEncoder:
    """Sums a fixed random vector for each word; `versions` may change under way.

    The shop's pack is sure of a refund where a text says so, and of nothing else.
    """

    def __init__(self) -> None:
        self.versions = {ENGLISH: "1", ALL: "1"}
        self.texts_read: list[str] = []
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    async def read(
        self, model: str, texts: Sequence[str], packs: Sequence[str], tenant: str
    ) -> Reading:
        self.asked.append((model, tuple(packs)))
        version = self.versions[model]
        rows = [Row(vector(model, version, text), heads_of(text)) for text in texts]
        return Reading("p-1", model, version, rows, "packs-1", {"0.1": {"commerce": 0.5}})

    async def embed(
        self, model: str, texts: Sequence[str], tenant: str
    ) -> tuple[Sequence[Sequence[float]], str]:
        self.texts_read += texts
        version = self.versions[model]
        return [vector(model, version, text) for text in texts], version


def heads_of(text: str) -> Heads:
    """What the models' own heads say."""
    is_sure = "refund" in text.lower()
    shop = 0.98 if is_sure else 0.3
    return {
        "scope": {"commerce": shop, "banking": 0.01, "none": 0.99 - shop},
        "commerce": {"track_order": 0.01, "get_refund": 0.99}
        if is_sure
        else {"track_order": 0.8, "get_refund": 0.2},
        "sentiment": {"negative": 0.1, "neutral": 0.8, "positive": 0.1},
        "emotion": {"neutral": 1.0},
    }


def vector(model: str, version: str, text: str) -> list[float]:
    """Of length 1; another version has another space."""
    total = np.full(WIDTHS[model], 1e-3)
    for word in "".join(c if c.isalnum() else " " for c in text.lower()).split():
        seed = zlib.crc32(f"{model}/{version}/{word[:5]}".encode())
        total += np.random.default_rng(seed).normal(size=WIDTHS[model]) * min(len(word), 6)
    unit: list[float] = (total / np.linalg.norm(total)).tolist()
    return unit


def prepared(body: bytes) -> PreparedMessage:
    """What `preprocessing` would say, with one name that it knows and masks."""
    text = json.loads(body)["text"].strip().replace("Jane Miller", "[PERSON_1]")
    features = TextFeatures(
        characters=len(text),
        words=len(text.split()),
        sentences=1,
        exclamation_marks=0,
        question_marks=0,
        upper_case_share=0,
        digits=0,
        urls=0,
        emoji=0,
    )
    return PreparedMessage(
        text=text,
        subject=None,
        language="de" if "ich" in text.split() else "en",
        language_confidence=0.9,
        entities=(),
        placeholders=(),
        features=features,
    )


def prepared_many(body: bytes) -> dict[str, Any]:
    """The same for a batch, as `ridealong.gathering` writes it."""
    items = json.loads(body)
    bodies = [prepared(json.dumps(item["request"]).encode()).model_dump_json() for item in items]
    return {"outcomes": [{"status": 200, "body": each, "retry_after": None} for each in bodies]}


def masking() -> FakeSidecar:
    """A sidecar behind which `preprocessing` answers."""
    sidecar = FakeSidecar()
    sidecar.answer("preprocessing", "/prepare", prepared)
    sidecar.answer("preprocessing", "/prepare/batch", prepared_many)
    return sidecar


class Office:
    """A desk and all it needs; another on the same sidecar is another replica."""

    def __init__(self, sidecar: FakeSidecar | None = None, *, floor: float = 0.5) -> None:
        self.sidecar = sidecar or masking()
        self.encoder = WordEncoder()
        self.book = Book(self.sidecar)
        self.now = 0.0
        self.shelf = HeadShelf(self.book, fresh_s=2, clock=lambda: self.now)
        encoders = Encoders(
            self.encoder, english=ENGLISH, multilingual=ALL, packs_of=lambda _tenant: PACKS
        )
        self.desk = IntentDesk(self.sidecar, encoders, self.book, self.shelf, floor=floor)


def wish(
    company: dict[str, list[str]], tenant: str = "acme", *, most: int = 5, **options: bool
) -> TeachIntents:
    """So many examples of each intent."""
    examples = tuple(
        NewExample(text=text, label=label)
        for label, texts in company.items()
        for text in texts[:most]
    )
    return TeachIntents(tenant=tenant, examples=examples, **options)


def one(text: str, label: str, tenant: str = "acme", **options: bool) -> TeachIntents:
    """One example."""
    return TeachIntents(tenant=tenant, examples=(NewExample(text=text, label=label),), **options)
