"""Support articles: the only source of replies, read once from Markdown with front matter."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

import frontmatter
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, model_validator
from yaml import YAMLError

from ridealong.chassis.errors import ServiceError
from ridealong.contracts.preprocessing import Entity, EntityType
from ridealong.contracts.recommendation import PLAIN_VALUE
from ridealong.knowledge.actions import CaseAction, parse_action

SLOT = re.compile(r"\{(\w*)\}")
PLAIN = re.compile(PLAIN_VALUE)
# "Order 12345" and "a sum of 49,90 €" hold no words of the customer beside a currency.
REFERENCE = re.compile(r"#? ?(?=[\w./-]*\d)\w[\w./-]*(?: \d{4}){0,4}")
AMOUNT = re.compile(
    r"(?:[A-Z]{1,3}[$]|[€$£¥]|[A-Z]{3})? ?[+-]?\d[\d.,']*(?: \d{3}[\d.,']*)*"
    r" ?(?:[€$£¥]|[^\W\d_]{1,10}(?: [^\W\d_]{1,10})?)?"
)
SHAPES = {
    EntityType.ORDER_NUMBER: REFERENCE,
    EntityType.INVOICE_NUMBER: REFERENCE,
    EntityType.TRACKING_NUMBER: REFERENCE,
    EntityType.AMOUNT: AMOUNT,
}
# What mail programs and chats turn into a link by themselves: a host, an address of one.
LINK = re.compile(r"\bwww\.|//|\.[^\W\d_]{2,}", re.IGNORECASE)
# Not after a lone letter: "z. B." and "p. ej." are no ends.
SENTENCE_END = re.compile(r"(?<=[.!?])(?<!\b\w\.)\s+(?=[A-ZÄÖÜÁÉÍÓÚÑ\"“„«¿¡])")
ORIGINAL = "en"

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]


class KnowledgeBroken(ServiceError):
    """An article cannot be used as it is written; nothing starts with it."""


class Policy(StrEnum):
    """How far a machine may go with this article."""

    AUTOMATE = "automate"
    SUGGEST = "suggest"
    HAND_OVER = "hand_over"


class Article(BaseModel):
    """One article in one language; pages of one `id` say the same in several.

    `reply` may hold `{slots}`; `ask` is sent instead while one is not known.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, StringConstraints(pattern=r"^[a-z]+(-[a-z0-9]+)+$")]
    title: Text
    pack: Name
    intents: Annotated[tuple[str, ...], "at least one"]
    department: Name
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
    policy: Policy
    questions: tuple[Text, ...]
    products: tuple[Text, ...] = ()
    slots: tuple[EntityType, ...] = ()
    next_actions: tuple[Name, ...] = ()
    reply: Text
    ask: Text | None = None
    sentences: tuple[Text, ...]

    @model_validator(mode="after")
    def _promises_only_what_it_can_keep(self) -> Self:
        if not self.intents or not self.sentences:
            raise ValueError("an article needs an intent and a body")
        if any(not name.startswith(f"{self.pack}.") for name in self.intents):
            raise ValueError("every intent must be of the article's pack")
        if sorted(set(SLOT.findall(self.reply))) != sorted(self.slots):
            raise ValueError("the slots in the reply must be those declared")
        if bool(self.slots) != (self.ask is not None):
            raise ValueError("an article with slots needs an ask, and only such a one")
        if self.ask is not None and SLOT.search(self.ask):
            raise ValueError("an ask has no slots")
        return self

    @model_validator(mode="after")
    def _names_only_known_actions(self) -> Self:
        for name in self.next_actions:
            parse_action(name)
        return self

    @property
    def actions(self) -> tuple[CaseAction, ...]:
        """What to do next, as the closed set of actions knows it."""
        return tuple(parse_action(name) for name in self.next_actions)

    @property
    def frame(self) -> tuple[object, ...]:
        """All that is not words: the same in every language."""
        slots, intents = frozenset(self.slots), frozenset(self.intents)
        return (self.pack, intents, self.department, self.policy, slots, self.next_actions)


class ComposedReply(BaseModel):
    """A text that could be sent as it stands, and the slots it still asks the customer for."""

    model_config = ConfigDict(frozen=True)

    text: str
    slots_missing: tuple[EntityType, ...] = ()


def read_articles(folder: Path) -> tuple[Article, ...]:
    """All articles below the folder, in the order of their paths."""
    articles = tuple(read_article(path) for path in sorted(folder.rglob("*.md")))
    if not articles:
        raise KnowledgeBroken(f"there is no article in {folder}")
    check_variants(articles)
    return articles


def check_variants(articles: Iterable[Article]) -> None:
    """One page per article and language; a translation may do no more than its original."""
    pages: dict[str, dict[str, Article]] = defaultdict(dict)
    for article in articles:
        if article.language in pages[article.id]:
            raise KnowledgeBroken(f"more than one article is called {article.id} in one language")
        pages[article.id][article.language] = article
    for name, variants in pages.items():
        if ORIGINAL not in variants:
            raise KnowledgeBroken(f"{name} has no page in the language of the house, {ORIGINAL}")
        if len({article.frame for article in variants.values()}) > 1:
            raise KnowledgeBroken(f"the pages of {name} differ in more than their words")


def read_article(path: Path) -> Article:
    """One file: front matter for the machine, the body as evidence."""
    try:
        page = frontmatter.loads(path.read_text(encoding="utf-8"))
        return Article.model_validate(page.metadata | {"sentences": split_sentences(page.content)})
    except (YAMLError, ValidationError, UnicodeDecodeError, TypeError) as error:
        raise KnowledgeBroken(f"{path.name} cannot be used as an article: {error}") from error


def split_sentences(body: str) -> tuple[str, ...]:
    """The body's sentences; headings are left out, list items count as sentences."""
    blocks = re.split(r"\n\s*\n|\n(?=\s*[-*#] )", body)
    texts = (" ".join(block.split()) for block in blocks if not block.lstrip().startswith("#"))
    return tuple(
        sentence
        for text in texts
        for sentence in SENTENCE_END.split(text.removeprefix("- ").removeprefix("* "))
        if sentence
    )


def compose_reply(article: Article, entities: Iterable[Entity]) -> ComposedReply:
    """Fill the reply, or ask: with an open slot, or two values for one, nothing is guessed."""
    values = known_values(entities)
    missing = tuple(slot for slot in article.slots if slot not in values)
    if missing and article.ask is not None:
        return ComposedReply(text=article.ask, slots_missing=missing)
    # One pass: a value that itself looks like a slot is not filled again.
    fill = {slot.value: values[slot].text.strip() for slot in article.slots}
    return ComposedReply(text=SLOT.sub(lambda slot: fill[slot[1]], article.reply))


def known_values(entities: Iterable[Entity]) -> Mapping[EntityType, Entity]:
    """One entity for each type of which the message names exactly one, in plain characters."""
    found: dict[EntityType, dict[str, Entity]] = defaultdict(dict)
    for entity in entities:
        found[entity.type][entity.value] = entity
    return {
        kind: entity
        for kind, named in found.items()
        if len(named) == 1
        for entity in named.values()
        if is_plain(kind, entity.text.strip()) and is_plain(kind, entity.value)
    }


def is_plain(kind: EntityType, value: str) -> bool:
    """Whether a value may be copied: it looks like what it is said to be, and like no link."""
    looks_right = PLAIN.fullmatch(value) and SHAPES.get(kind, PLAIN).fullmatch(value)
    return bool(looks_right) and not LINK.search(value)
