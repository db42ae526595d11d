"""Sentence embeddings of texts of mixed lengths: our server beside batches in order of arrival.

32 callers ask for one text each, of 5 to 128 tokens, through the model server in this process. The
other way takes the same texts 32 at a time as they come and pads each batch to its longest. Both
have the same number of threads, one unless told otherwise.

    python -m bench.inference.embedding
    python -m bench.inference.embedding --repeats 1 --rows 64 --encoders fp32,int8,use
    python -m bench.inference.embedding --slots 2
"""

import asyncio
import time
from argparse import ArgumentParser, Namespace
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
import uvloop

from bench.inference.encoders import (
    CANDIDATES,
    FP32,
    LONGEST,
    SHORTEST,
    Candidate,
    mixed_texts,
    write_store,
)
from bench.inference.findings import Finding, Part, at_least, digits, ratios, spread
from bench.inference.options import add_repeats, one_of, parser
from bench.inference.report import print_findings, print_part
from ridealong.serving.protocol.requests import InferRequest
from ridealong.serving.server import ModelServer, open_server
from ridealong.serving.tensors import InputTensor
from ridealong.text.encoders import Encoder, Sentencepieces, Wordpieces, load_encoder

CALLERS: Final = 32
BATCH: Final = 32
OURS, ARRIVAL, ALONE = "our server", "batches of 32 as they come", "one by one"
AIM: Final = at_least(1.6)
HEAD: Final = ("encoder", "way", "rows/s", "against batches as they come", "padded tokens")


def measure(args: Namespace) -> Part:
    """The ways in turn, each as often as asked; the aim is for the fp32 encoder."""
    return uvloop.run(measure_all(args))


async def measure_all(args: Namespace) -> Part:
    """On one event loop, to which the server belongs from its start to its end."""
    chosen = [each for each in CANDIDATES if each.name in args.encoders]
    folder = write_store(args.scratch / "embedding" / "models", args.scratch, chosen)
    part = Part(f"Sentence embedding, {args.slots} thread(s), both alike", head=HEAD)
    server = open_server(folder, slots=args.slots)
    try:
        await server.load_all()
        for candidate in chosen:
            await measure_one(part, candidate, server, folder, args)
    finally:
        await server.close()
    return part


async def measure_one(
    part: Part, candidate: Candidate, server: ModelServer, folder: Path, args: Namespace
) -> None:
    """All ways for one encoder. Nothing else is on the loop, so that batches may block it."""
    encoder = load_encoder(candidate.kind, folder / candidate.model / "1", LONGEST)
    texts = texts_for(candidate, folder, args.rows)
    rates: dict[str, list[float]] = defaultdict(list)
    for _ in range(args.repeats):
        began = time.perf_counter()
        await ask_all(server, candidate.pipeline, texts)
        rates[OURS].append(len(texts) / (time.perf_counter() - began))
        for way, size in ((ARRIVAL, BATCH), (ALONE, 1)):
            began = time.perf_counter()
            on_threads(encoder.embed_padded, chunks(texts, size), args.slots)
            rates[way].append(len(texts) / (time.perf_counter() - began))
    waste = {OURS: "-", ARRIVAL: digits(padded_share(encoder, texts)), ALONE: digits(1.0)}
    for way, found in rates.items():
        against = str(ratios(found, rates[ARRIVAL]))
        part.rows.append([candidate.name, way, str(spread(found)), against, waste[way]])
    if candidate is FP32:
        what = f"sentence embedding (fp32, {SHORTEST}-{LONGEST} tokens): rows/s against batches"
        found_ratio = ratios(rates[OURS], rates[ARRIVAL])
        part.findings.append(Finding(f"{what} as they come", str(CALLERS), found_ratio, AIM))
    part.notes.append(f"{candidate.name}: {differences(encoder, texts)}")


def texts_for(candidate: Candidate, folder: Path, rows: int) -> list[str]:
    """The same texts in every repeat."""
    read = Wordpieces if candidate.tokenizer == "tokenizer.json" else Sentencepieces
    path = folder / candidate.model / "1" / candidate.tokenizer
    return mixed_texts(read(path, LONGEST), rows, seed=7)


async def ask_all(server: ModelServer, name: str, texts: Sequence[str]) -> None:
    """So many callers, each with one text at a time, until all are answered."""
    left: Iterator[str] = iter(texts)

    async def caller() -> None:
        for text in left:
            array = np.array([text], dtype=object)
            tensor = InputTensor("text", "BYTES", array)
            await server.infer(name, None, InferRequest((tensor,)))

    await asyncio.gather(*(caller() for _ in range(CALLERS)))


def chunks(texts: Sequence[str], size: int) -> list[Sequence[str]]:
    """In the order given."""
    return [texts[at : at + size] for at in range(0, len(texts), size)]


def on_threads(
    run: Callable[[Sequence[str]], object], batches: Sequence[Sequence[str]], threads: int
) -> None:
    """Every batch, each thread taking the next one."""
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(run, batches))


def padded_share(encoder: Encoder, texts: Sequence[str]) -> float:
    """Tokens run over tokens there are, when batches are padded as they come."""
    lengths = [
        [int(encoder.tokenize(text).shape[1]) for text in part] for part in chunks(texts, BATCH)
    ]
    padded = sum(max(part) * len(part) for part in lengths)
    return padded / sum(sum(part) for part in lengths)


def differences(encoder: Encoder, texts: Sequence[str]) -> str:
    """How far answers of grouped texts are from those of the texts alone, in words."""
    some = list(texts[:CALLERS])
    embedded = encoder.embed_counted(some)
    alone = np.stack([encoder.embed_one(text) for text in some])
    largest = float(np.abs(embedded.vectors - alone).max())
    share = embedded.padded_tokens / embedded.tokens
    return (
        f"{len(some)} texts grouped by length are padded to {digits(share)} times their tokens; "
        f"their vectors differ from those alone by at most {largest:.1e}"
    )


def add_encoders(made: ArgumentParser) -> None:
    """Which encoders, how many texts, how many threads."""
    names = [each.name for each in CANDIDATES]
    made.add_argument(
        "--encoders",
        type=partial(one_of, names),
        default=[FP32.name],
        help=f"of {', '.join(names)}, with commas (default: {FP32.name})",
    )
    made.add_argument("--rows", type=int, default=256, help="texts in a repeat (default: 256)")
    made.add_argument("--slots", type=int, default=1, help="threads of both ways (default: 1)")


def main() -> None:
    made = parser("bench.inference.embedding", __doc__)
    add_repeats(made, duration=8)
    add_encoders(made)
    part = measure(made.parse_args())
    print_part(part)
    print_findings(part.findings)


if __name__ == "__main__":
    main()
