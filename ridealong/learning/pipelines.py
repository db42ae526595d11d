"""The text pipelines that are trained: which encoder each stands on and what its heads are fed."""

from dataclasses import dataclass

from ridealong.learning.errors import ModelUnknown
from ridealong.text.encoders import SENTENCEPIECE, WORDPIECE
from ridealong.text.features import COMPANION, EMBEDDING, VADER
from ridealong.text.mood_features import MOOD


@dataclass(frozen=True, slots=True)
class EncoderUse:
    """A built encoder and the kind of its tokenizer."""

    model: str
    version: str
    kind: str


@dataclass(frozen=True, slots=True)
class Pipeline:
    """One pipeline and the encoders below it: `width` is of the first, whose vectors are given.

    `pack_c`: how far heads of intents follow single rows; `blur`: length of the noise on copies of
    unit vectors, so that a head does not lean on what is peculiar to English. `reads_elsewhere`:
    learns from rows in other languages, too.
    """

    name: str
    version: str
    description: str
    encoder: EncoderUse
    max_tokens: int
    width: int
    mood_features: tuple[str, ...]
    emotion_features: tuple[str, ...]
    companion: EncoderUse | None = None
    spells: bool = False
    pack_c: float = 20.0
    blur: float = 0.0
    reads_elsewhere: bool = False

    @property
    def encoders(self) -> tuple[EncoderUse, ...]:
        """In the order of their columns."""
        return (self.encoder,) if self.companion is None else (self.encoder, self.companion)

    @property
    def features(self) -> tuple[str, ...]:
        """What heads of intents and scopes are fed."""
        return (EMBEDDING, COMPANION)[: len(self.encoders)]


MINILM = EncoderUse("minilm", "1", WORDPIECE)
USE = EncoderUse("use-multilingual", "1", SENTENCEPIECE)


PIPELINES = (
    Pipeline(
        name="understand-en",
        version="2",
        description="Reads an English message: scope, intents of three packs, sentiment, emotions.",
        encoder=MINILM,
        companion=USE,
        spells=True,
        max_tokens=256,
        width=384,
        mood_features=(EMBEDDING, COMPANION, VADER, MOOD),
        emotion_features=(EMBEDDING, VADER),
    ),
    Pipeline(
        name="understand-multilingual",
        version="2",
        description=(
            "Reads a message in any supported language: scope, intents of three packs, "
            "sentiment, emotions. Learned from English and a few sentences of every other language."
        ),
        encoder=USE,
        pack_c=5.0,
        blur=1.0,
        reads_elsewhere=True,
        max_tokens=256,
        width=512,
        mood_features=(EMBEDDING,),
        emotion_features=(EMBEDDING,),
    ),
)


def find_pipeline(name: str) -> Pipeline:
    """By name, or an error that lists the names."""
    for pipeline in PIPELINES:
        if pipeline.name == name:
            return pipeline
    known = ", ".join(pipeline.name for pipeline in PIPELINES)
    raise ModelUnknown(f"no pipeline is called {name}; there are {known}")
