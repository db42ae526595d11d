"""Makes the calibration anew: `python -m ridealong.knowledge.calibrate [--data FOLDER]`.

Heads that saw no dev row (`ridealong.learning` judges by the same) read every dev row, half of
them by lot as people in a hurry write; the articles' own ranking then says what would be replied.
Rows about something else are among them and can only be wrong. Run it after the heads or the
articles have changed; only numbers are written.
"""

import argparse
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import nlargest
from pathlib import Path

from pydantic import TypeAdapter

from ridealong.knowledge.articles import ORIGINAL, read_articles
from ridealong.knowledge.finding import Query, find_matches
from ridealong.knowledge.risk import SHIPPED, Calibration, Judged
from ridealong.knowledge.rules import Rules
from ridealong.knowledge.shelf import Floats, Match, Shelf
from ridealong.learning import places
from ridealong.learning.corpus import (
    GENERAL,
    PACKS,
    SCOPES,
    SHARED_WITH_BANKING,
    SHARED_WITH_COMMERCE,
    Corpus,
    gather,
)
from ridealong.learning.curriculum import Curriculum, embed_corpus
from ridealong.learning.datasets import DataFolder
from ridealong.learning.embedded import Embedded
from ridealong.learning.heads import Head
from ridealong.learning.pipelines import Pipeline, find_pipeline
from ridealong.learning.rewriting import rewrite_all
from ridealong.learning.sampling import SEED
from ridealong.learning.training import SCOPE, Watch, open_vectors, teach_heads
from ridealong.learning.vectors import advance_nothing
from ridealong.learning.wording import count_words

PIPELINE = "understand-en"
ARTICLES = places.ROOT / "services" / "recommendation" / "knowledge"
DATA = places.ROOT.parent / "shared" / "data"
# As `nlp` does by default.
TOP_INTENTS = 10
REJECT_ABOVE = 0.5
DIGITS = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """A message with what the heads are fed of it, and the intent it has; None for none of ours."""

    text: str
    features: Floats
    intent: str | None


def asked_of(corpus: Corpus, curriculum: Curriculum) -> Iterator[Asked]:
    """The dev rows of the packs and of what is in no pack, each once: as written, or in a hurry."""
    for pack in PACKS:
        yield from rows_of(curriculum.packs[pack], pack)
    for part, embedded in zip(corpus.others, curriculum.others, strict=True):
        if not any(set(part.shares(row)) & set(PACKS) for row in part.rows):
            yield from rows_of(embedded, None)


def rows_of(embedded: Embedded, pack: str | None) -> Iterator[Asked]:
    """The dev rows of one part. What two packs share has no one right answer and is left out."""
    chance = random.Random(SEED)
    rewritten = rewrite_all(embedded.part.texts, SEED)
    for at, row in enumerate(embedded.part.rows):
        in_hurry = chance.random() < 0.5
        is_shared = pack == GENERAL and row.label in SHARED_WITH_BANKING | SHARED_WITH_COMMERCE
        if row.dev and not is_shared:
            yield Asked(
                rewritten[at] if in_hurry else row.text,
                (embedded.rewritten if in_hurry else embedded.vectors)[at],
                f"{pack}.{row.label}" if pack else None,
            )


def read_intents(heads: Mapping[str, Head], features: Floats) -> dict[str, float]:
    """The likeliest intents of all packs, as `nlp` ranks them; none where it would reject."""
    answered = {name: head.probabilities(features[None])[0] for name, head in heads.items()}
    scope = dict(zip(SCOPES, answered[SCOPE], strict=True))
    if 1 - sum(scope[pack] for pack in PACKS) > REJECT_ABOVE:
        return {}
    scored = {
        f"{pack}.{label}": float(scope[pack] * score)
        for pack in PACKS
        for label, score in zip(heads[pack].labels, answered[pack], strict=True)
    }
    return dict(nlargest(TOP_INTENTS, scored.items(), key=lambda item: item[1]))


def judge(replies: Iterable[tuple[Match, str | None]], *, model_version: str) -> Calibration:
    """Counts the best matches by pack and intent; a match is right if it answers the intent."""
    counts: dict[str, int] = defaultdict(int)
    wrong: dict[str, list[float]] = defaultdict(list)
    for match, intent in replies:
        for group in (match.article.pack, match.intent):
            counts[group] += 1
            if intent not in match.article.intents:
                wrong[group].append(round(match.probability, DIGITS))
    judged = {
        group: Judged(messages=count, wrong=tuple(sorted(wrong[group], reverse=True)))
        for group, count in sorted(counts.items())
    }
    return Calibration(
        model_version=model_version,
        languages=frozenset({ORIGINAL}),
        packs={group: each for group, each in judged.items() if "." not in group},
        intents={group: each for group, each in judged.items() if "." in group},
    )


def calibrate(pipeline: Pipeline, data: Path, store: Path) -> Calibration:
    """Teaches heads without the dev rows, and lets them answer these."""
    corpus = gather(DataFolder.open(data))
    vectors = open_vectors(pipeline, store, count_words(corpus) if pipeline.spells else None)
    curriculum = embed_corpus(corpus, vectors, pipeline, advance=advance_nothing)
    shipped = teach_heads((SCOPE, *PACKS), curriculum, corpus, pipeline, watch=Watch())
    heads = {name: each.taught.judged for name, each in shipped.items()}
    shelf = Shelf(read_articles(ARTICLES))
    # The first encoder's, which come first, are what leaves `inference` as the text's vector.
    passages = vectors.embed(shelf.passages)[:, : pipeline.width]
    replies = answer(asked_of(corpus, curriculum), heads, shelf, passages, pipeline.name)
    return judge(replies, model_version=pipeline.version)


def answer(
    messages: Iterable[Asked], heads: Mapping[str, Head], shelf: Shelf, passages: Floats, name: str
) -> Iterator[tuple[Match, str | None]]:
    """The best match of each message that gets one, beside the intent it has."""
    rules = Rules(most_suggestions=1)
    for asked in messages:
        intents = read_intents(heads, asked.features)
        near = passages @ asked.features[: passages.shape[1]]
        query = Query(asked.text, ORIGINAL, intents, near, name)
        for match in find_matches(query, shelf, rules) if intents else ():
            yield match, asked.intent


def main() -> None:
    """Writes the file that `recommendation` reads."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--store", type=Path, default=places.STORE)
    parser.add_argument("--out", type=Path, default=SHIPPED)
    asked = parser.parse_args()
    pipeline = find_pipeline(PIPELINE)
    made = {pipeline.name: calibrate(pipeline, asked.data, asked.store)}
    written = TypeAdapter(dict[str, Calibration]).dump_json(made, indent=None)
    asked.out.write_bytes(written + b"\n")


if __name__ == "__main__":
    main()
