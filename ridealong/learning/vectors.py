"""Embeds training texts on all cores and keeps the vectors, so that a second run takes seconds."""

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ridealong.text.encoders import Encoder
from ridealong.text.spelling import Spelling

Matrix = NDArray[np.float32]
Advance = Callable[[int], None]

TEXTS_AT_ONCE = 16
KEY_BYTES = 16


def advance_nothing(_count: int) -> None:
    """Progress that nobody watches."""


class VectorCache:
    """Vectors of one encoder by text, in files that are only ever added; no text is kept.

    A text is embedded once, however many lists it stands in. Whoever adds a row to a training set
    waits for that row alone.
    """

    def __init__(self, encoder: Encoder, digest: str, folder: Path) -> None:
        """`digest`: of the encoder's graph, so that another graph has vectors of its own."""
        self._encoder = encoder
        self._folder = folder / digest[:16]
        self._known: dict[bytes, Matrix] = {}
        for path in sorted(self._folder.glob("*.npz")):
            with np.load(path, allow_pickle=False) as kept:
                self._known.update(zip(map(bytes, kept["keys"]), kept["vectors"], strict=True))

    def embed(self, texts: Sequence[str], *, advance: Advance = advance_nothing) -> Matrix:
        """One row per text."""
        keys = [key_of(text) for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        advance(sum(key not in new for key in keys))
        if new:
            counts = Counter(keys)
            vectors = self._embed_now(list(new.values()), [counts[key] for key in new], advance)
            self._known.update(zip(new, vectors, strict=True))
            self._keep(list(new), vectors)
        return np.array([self._known[key] for key in keys], np.float32).reshape(
            len(keys), self._encoder.width
        )

    def _embed_now(self, texts: Sequence[str], counts: Sequence[int], advance: Advance) -> Matrix:
        """Texts of like length go together, so that little is padded."""
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        parts = [order[at : at + TEXTS_AT_ONCE] for at in range(0, len(order), TEXTS_AT_ONCE)]
        vectors = np.empty((len(texts), self._encoder.width), dtype=np.float32)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            answers = pool.map(
                lambda part: self._encoder.embed_padded([texts[n] for n in part]), parts
            )
            for part, rows in zip(parts, answers, strict=True):
                vectors[part] = rows
                advance(sum(counts[place] for place in part))
        return vectors

    def _keep(self, keys: Sequence[bytes], vectors: Matrix) -> None:
        """Under the name of what it holds, which is there whole or not at all."""
        name = hashlib.sha256(b"".join(keys)).hexdigest()[:32]
        self._folder.mkdir(parents=True, exist_ok=True)
        partial = self._folder / f".{name}.{os.getpid()}.partial"
        with partial.open("wb") as file:
            np.savez(
                file,
                keys=np.frombuffer(b"".join(keys), np.dtype((np.void, KEY_BYTES))),
                vectors=vectors,
            )
        partial.replace(self._folder / f"{name}.npz")


@dataclass(frozen=True, slots=True)
class ReadingCache:
    """What heads are fed: vectors of every encoder side by side, of texts with spelling put right.

    The same as `ridealong.text.reading.Reader` gives while serving.
    """

    caches: tuple[VectorCache, ...]
    spelling: Spelling | None = None

    def embed(self, texts: Sequence[str], *, advance: Advance = advance_nothing) -> Matrix:
        """One row per text. Progress is that of the first encoder, the slowest."""
        repaired = texts if self.spelling is None else [*map(self.spelling.repair, texts)]
        first, *others = self.caches
        columns = [first.embed(repaired, advance=advance)]
        columns += [cache.embed(repaired) for cache in others]
        return np.concatenate(columns, axis=1)


def key_of(text: str) -> bytes:
    """A digest that stands for the text."""
    return hashlib.sha256(text.encode(errors="replace")).digest()[:KEY_BYTES]
