"""Text to vectors with the ONNX encoders: one code for training and serving, nothing global."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from sentencepiece import SentencePieceProcessor
from tokenizers import Tokenizer

from ridealong.text.grouping import group_by_length

Matrix = NDArray[np.float32]
Ids = NDArray[np.int64]

WORDPIECE = "wordpiece"
SENTENCEPIECE = "sentencepiece"

# Tokenising a megabyte to keep 256 tokens of it would cost more than the encoder itself.
CHARS_READ_PER_TOKEN = 64


class EncoderKindUnknown(ValueError):
    """A manifest names a kind of tokenizer that this version of the code does not know."""


class TextTokenizer(Protocol):
    """Turns a text into at most so many token ids."""

    def ids(self, text: str) -> list[int]: ...


class Wordpieces:
    """BERT's tokens, from a `tokenizer.json`."""

    def __init__(self, path: Path, max_tokens: int) -> None:
        self._tokenizer = Tokenizer.from_file(str(path))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_tokens)

    def ids(self, text: str) -> list[int]:
        """With [CLS] and [SEP]."""
        ids: list[int] = self._tokenizer.encode(text).ids
        return ids


class Sentencepieces:
    """The unigram pieces of a `sentencepiece.model`."""

    def __init__(self, path: Path, max_tokens: int) -> None:
        self._pieces = SentencePieceProcessor(model_file=str(path))
        self._max_tokens = max_tokens

    def ids(self, text: str) -> list[int]:
        """With begin and end marks; a long text keeps its end mark."""
        ids: list[int] = self._pieces.encode(text, add_bos=True, add_eos=True)
        return ids if len(ids) <= self._max_tokens else [*ids[: self._max_tokens - 1], ids[-1]]


class Embedded(NamedTuple):
    """Vectors, one row per text, and what they took: `padded_tokens` counts the padding too."""

    vectors: Matrix
    tokens: int
    padded_tokens: int


class Encoder:
    """A tokenizer and a graph that answers one unit vector per text.

    Texts of like length share a run. No answer depends on a neighbour: in a run a vector differs
    from that of the text alone by rounding only, at most 2e-7 in each of the shipped encoders.
    It keeps nothing between calls: any number of threads may call at once.
    """

    def __init__(
        self, tokenizer: TextTokenizer, session: onnxruntime.InferenceSession, *, max_tokens: int
    ) -> None:
        self._tokenizer = tokenizer
        self._session = session
        self._max_chars = max_tokens * CHARS_READ_PER_TOKEN
        self.max_tokens = max_tokens
        self.width = int(session.get_outputs()[0].shape[-1])

    def embed(self, texts: Sequence[str]) -> Matrix:
        """One row per text, each of length 1, in the order given."""
        return self.embed_counted(texts).vectors

    def embed_counted(self, texts: Sequence[str]) -> Embedded:
        """As `embed`, with the count of tokens that were real and that were run."""
        rows = [self._ids(text) for text in texts]
        vectors = np.empty((len(rows), self.width), dtype=np.float32)
        padded = 0
        for group in group_by_length([len(row) for row in rows]):
            vectors[group] = self._run([rows[place] for place in group])
            padded += len(group) * max(len(rows[place]) for place in group)
        return Embedded(vectors, sum(map(len, rows)), padded)

    def embed_one(self, text: str) -> Matrix:
        """The vector of one text."""
        vector: Matrix = self._run([self._ids(text)])[0]
        return vector

    def embed_padded(self, texts: Sequence[str]) -> Matrix:
        """All texts in one run, padded to the longest, for callers that group them themselves."""
        return self._run([self._ids(text) for text in texts])

    def _run(self, rows: Sequence[Sequence[int]]) -> Matrix:
        ids = np.zeros((len(rows), max(map(len, rows))), dtype=np.int64)
        mask = np.zeros_like(ids)
        for place, row in enumerate(rows):
            ids[place, : len(row)] = row
            mask[place, : len(row)] = 1
        vectors: Matrix = self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        return vectors

    def tokenize(self, text: str) -> Ids:
        """Token ids as the graph takes them: one row."""
        return np.array([self._ids(text)], dtype=np.int64)

    def _ids(self, text: str) -> list[int]:
        return self._tokenizer.ids(readable(text[: self._max_chars]))


def load_encoder(kind: str, folder: Path, max_tokens: int, *, threads: int = 1) -> Encoder:
    """The encoder in a folder of the model store."""
    tokenizer: TextTokenizer
    if kind == WORDPIECE:
        tokenizer = Wordpieces(folder / "tokenizer.json", max_tokens)
    elif kind == SENTENCEPIECE:
        tokenizer = Sentencepieces(folder / "sentencepiece.model", max_tokens)
    else:
        raise EncoderKindUnknown(f"no encoder is of the kind {kind}")
    return Encoder(
        tokenizer, open_session(folder / "model.onnx", threads=threads), max_tokens=max_tokens
    )


def open_session(path: Path, *, threads: int = 1) -> onnxruntime.InferenceSession:
    """A CPU session that keeps to its threads and leaves no memory arena behind a long text."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False
    options.enable_cpu_mem_arena = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def readable(text: str) -> str:
    """Lone surrogates cannot be tokenised; each becomes a question mark."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="replace").decode()
    return text
