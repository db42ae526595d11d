"""Examples with their vectors: read from their parts, completed where some are new, cut again."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ridealong.own_intents.book import Book, Record, new_name
from ridealong.own_intents.examples import Example, words_of
from ridealong.own_intents.lesson import Vectors
from ridealong.own_intents.packing import pack_examples, unpack_examples
from ridealong.own_intents.reading import Encoders
from ridealong.own_intents.views import Matrix

# Under the four megabytes of one call to a sidecar, however long the texts are.
EXAMPLES_IN_A_PART = 300


@dataclass(frozen=True, slots=True)
class Stock:
    """Examples, and vectors that these encoders (versions by name) made: a row for each, and after
    `restock` one for the words of each label.
    """

    examples: tuple[Example, ...]
    vectors: Vectors
    encoders: dict[str, str]

    def is_like(self, other: "Stock") -> bool:
        """Whether a head that is fitted on the other would be the same."""
        return self.examples == other.examples and self.encoders == other.encoders

    def new_parts(
        self, before: "Stock", names: Sequence[str]
    ) -> tuple[dict[str, bytes], tuple[str, ...]]:
        """Packed parts by name, and the names of all in order; a part that is the same stays."""
        parts: dict[str, bytes] = {}
        kept: list[str] = []
        for number, start in enumerate(range(0, len(self.examples), EXAMPLES_IN_A_PART)):
            place = slice(start, start + EXAMPLES_IN_A_PART)
            some = self.examples[place]
            if some == before.examples[place] and self.encoders == before.encoders:
                kept.append(names[number])
                continue
            # The rows of the labels' words come last and belong to no example.
            rows = slice(start, start + len(some))
            name = new_name()
            parts[name] = pack_examples(
                some, self.vectors.english[rows], self.vectors.multilingual[rows]
            )
            kept.append(name)
        return parts, tuple(kept)


async def read_stock(book: Book, tenant: str, record: Record) -> Stock:
    """All that is kept of a tenant's examples."""
    packed = await book.parts(tenant, record.examples)
    found = [unpack_examples(part) for part in packed]
    if not found:
        nothing: Matrix = np.empty((0, 0), dtype=np.float32)
        return Stock((), Vectors(nothing, nothing), {})
    examples = tuple(example for some, _, _ in found for example in some)
    english = np.concatenate([vectors for _, vectors, _ in found])
    multilingual = np.concatenate([vectors for _, _, vectors in found])
    return Stock(examples, Vectors(english, multilingual), record.encoders)


async def restock(
    encoders: Encoders,
    tenant: str,
    stock: Stock,
    examples: tuple[Example, ...],
    labels: Sequence[str],
) -> Stock:
    """The examples with their vectors, and those of the labels' words behind them.

    Only texts without a vector are read; all of them where an encoder was replaced.
    """
    known = {example.text: row for row, example in enumerate(stock.examples)}
    words = [words_of(label) for label in labels]
    texts = [example.text for example in examples]
    new = [text for text in texts if text not in known]
    if not examples:
        return Stock((), stock.vectors, stock.encoders)
    read = await encoders.read([*new, *words, *texts[:1]], tenant)
    if read.versions != stock.encoders and len(new) < len(texts):
        return await restock(encoders, tenant, Stock((), stock.vectors, {}), examples, labels)
    fresh = {text: row for row, text in enumerate(new)}
    last = range(len(new), len(new) + len(words))

    def join(kept: Matrix, came: Matrix) -> Matrix:
        rows = [kept[known[text]] if text in known else came[fresh[text]] for text in texts]
        return np.stack([*rows, *(came[row] for row in last)])

    vectors = Vectors(
        join(stock.vectors.english, read.english),
        join(stock.vectors.multilingual, read.multilingual),
    )
    return Stock(examples, vectors, read.versions)
