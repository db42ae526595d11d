"""An answer with the customer's own words back in it, for those who may see them."""

import re

from ridealong.contracts.aggregation import Answer
from ridealong.contracts.preprocessing import Entity

PLACEHOLDER = re.compile(r"\[[A-Z][A-Z_]*_\d+\]")


def fill_answer(answer: Answer, values: dict[str, str]) -> Answer:
    """Placeholders filled in text, subject and replies; entities move with the text."""
    suggestions = tuple(
        suggestion.model_copy(update={"reply": fill(suggestion.reply, values)})
        for suggestion in answer.suggestions
    )
    filled = {
        "text": fill(answer.text, values),
        "subject": None if answer.subject is None else fill(answer.subject, values),
        "entities": tuple(_moved(entity, answer.text, values) for entity in answer.entities),
        "suggestions": suggestions,
    }
    return answer.model_copy(update=filled)


def fill(text: str, values: dict[str, str]) -> str:
    """In one pass: what is filled in is never read as a placeholder again."""
    return PLACEHOLDER.sub(lambda found: values.get(found[0], found[0]), text)


def _moved(entity: Entity, text: str, values: dict[str, str]) -> Entity:
    start = len(fill(text[: entity.start], values))
    inside = fill(text[entity.start : entity.end], values)
    return entity.model_copy(update={"start": start, "end": start + len(inside), "text": inside})
