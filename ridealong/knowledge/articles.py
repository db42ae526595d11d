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

SLOT = re.compile(r"\{(\w*)\}")
# A value is copied into a reply, so it may only look like a number, a date, an amount or a name:
# no line breaks, links, mark-up, brackets of placeholders, nothing as long as a sentence.
PLAIN_VALUE = re.compile(r"[\w#€$£¥][\w #€$£¥.,'+/-]{0,39}")
SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"“])")

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
    """One article. `reply` may hold `{slots}`; `ask` is sent instead while one is not known."""

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
    doubled = {article.id for article in articles if [a.id for a in articles].count(article.id) > 1}
    if doubled:
        raise KnowledgeBroken(f"more than one article is called {', '.join(sorted(doubled))}")
    return articles


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
    values = _known_values(entities)
    missing = tuple(slot for slot in article.slots if slot not in values)
    if missing and article.ask is not None:
        return ComposedReply(text=article.ask, slots_missing=missing)
    # One pass: a value that itself looks like a slot is not filled again.
    return ComposedReply(text=SLOT.sub(lambda slot: values[slot[1]], article.reply))


def _known_values(entities: Iterable[Entity]) -> Mapping[str, str]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for entity in entities:
        found[entity.type][entity.value] = entity.text.strip()
    return {
        slot: text
        for slot, texts in found.items()
        if len(texts) == 1 and PLAIN_VALUE.fullmatch(text := next(iter(texts.values())))
    }
