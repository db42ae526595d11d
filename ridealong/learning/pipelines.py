"""The text pipelines that are trained: which encoder each stands on and what its heads are fed."""

from dataclasses import dataclass

from ridealong.learning.errors import ModelUnknown
from ridealong.text.encoders import SENTENCEPIECE, WORDPIECE
from ridealong.text.features import EMBEDDING, VADER


@dataclass(frozen=True, slots=True)
class Pipeline:
    """One pipeline and the encoder below it."""

    name: str
    version: str
    description: str
    encoder: str
    encoder_version: str
    kind: str
    max_tokens: int
    width: int
    mood_features: tuple[str, ...]


PIPELINES = (
    Pipeline(
        name="understand-en",
        version="1",
        description="Reads an English message: scope, intents of three packs, sentiment, emotions.",
        encoder="minilm",
        encoder_version="1",
        kind=WORDPIECE,
        max_tokens=256,
        width=384,
        mood_features=(EMBEDDING, VADER),
    ),
    Pipeline(
        name="understand-multilingual",
        version="1",
        description=(
            "Reads a message in one of sixteen languages: scope, intents of three packs, "
            "sentiment, emotions. Learned from English; the encoder carries it across."
        ),
        encoder="use-multilingual",
        encoder_version="1",
        kind=SENTENCEPIECE,
        max_tokens=256,
        width=512,
        mood_features=(EMBEDDING,),
    ),
)


def find_pipeline(name: str) -> Pipeline:
    """By name, or an error that lists the names."""
    for pipeline in PIPELINES:
        if pipeline.name == name:
            return pipeline
    known = ", ".join(pipeline.name for pipeline in PIPELINES)
    raise ModelUnknown(f"no pipeline is called {name}; there are {known}")
