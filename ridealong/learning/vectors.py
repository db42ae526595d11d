"""Embeds training texts on all cores and keeps the vectors, so that a second run takes seconds."""

import hashlib
import os
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


def advance_nothing(_count: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class VectorCache:
    """Vectors by encoder and by the texts themselves; only numbers are kept, no text."""

    encoder: Encoder
    digest: str
    folder: Path

    def embed(self, texts: Sequence[str], *, advance: Advance = advance_nothing) -> Matrix:
        """One row per text, from the cache if these very texts were embedded before."""
        path = self.folder / self.digest[:16] / f"{key_of(texts)}.npy"
        if path.is_file():
            advance(len(texts))
            found: Matrix = np.load(path)
            return found
        vectors = self._embed_now(texts, advance)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.stem}.{os.getpid()}.npy")
        np.save(partial, vectors)
        partial.replace(path)
        return vectors

    def _embed_now(self, texts: Sequence[str], advance: Advance) -> Matrix:
        """Texts of like length go together, so that little is padded."""
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        parts = [order[at : at + TEXTS_AT_ONCE] for at in range(0, len(order), TEXTS_AT_ONCE)]
        vectors = np.empty((len(texts), self.encoder.width), dtype=np.float32)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            answers = pool.map(
                lambda part: self.encoder.embed_padded([texts[n] for n in part]), parts
            )
            for part, rows in zip(parts, answers, strict=True):
                vectors[part] = rows
                advance(len(part))
        return vectors


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


def key_of(texts: Sequence[str]) -> str:
    """One digest for a list of texts in their order."""
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode(errors="replace") + b"\0")
    return digest.hexdigest()[:32]
