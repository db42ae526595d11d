"""An answer as a person reads it in a terminal. Everything in it is text, never markup."""

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from ridealong.contracts.aggregation import Answer
from ridealong.contracts.contract import Decision
from ridealong.contracts.recommendation import NextAction, Suggestion

COLOURS = {Decision.AUTOMATE: "green", Decision.SUGGEST: "cyan", Decision.HAND_OVER: "yellow"}
MOST_INTENTS = 3


def answer_view(answer: Answer) -> RenderableType:
    """What was understood, what is decided and why, and what could be replied."""
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="bold", no_wrap=True)
    facts.add_column(overflow="fold")
    for name, value in _facts(answer):
        facts.add_row(name, value)
    parts: list[RenderableType] = [facts]
    for number, suggestion in enumerate(answer.suggestions, 1):
        parts += ["", *_suggestion(number, suggestion)]
    return Group(*parts)


def _facts(answer: Answer) -> Iterable[tuple[str, str]]:
    yield "text", escape(answer.text)
    yield "language", escape(answer.language)
    yield "intent", ", ".join(intents(answer)) or "none of the known ones"
    if answer.sentiment:
        label = answer.sentiment.label
        yield "sentiment", f"{label} {answer.sentiment.probabilities[label]:.0%}"
    if answer.urgency:
        reasons = f" ({', '.join(map(escape, answer.urgency.reasons))})"
        yield "urgency", f"{answer.urgency.score:.0%}{reasons if answer.urgency.reasons else ''}"
    if answer.entities:
        found = (f"{entity.type}: {escape(entity.text)}" for entity in answer.entities)
        yield "entities", ", ".join(found)
    yield "department", escape(answer.department)
    yield "decision", f"{decision(answer)}, because {escape(answer.reason.text)}"
    if answer.next_actions:
        yield "next", ", ".join(escape(action_line(action)) for action in answer.next_actions)
    for missing in answer.missing:
        yield "missing", f"{missing.part}: {escape(missing.why)}"


def action_line(action: NextAction) -> str:
    """What is done to what, and with what."""
    known = action.parameters.model_dump(mode="json", exclude_none=True)
    said = ", ".join(f"{name} {value}" for name, value in known.items())
    line = f"{action.action} {action.about}".replace("_", " ")
    return f"{line} ({said})" if said else line


def intents(answer: Answer) -> list[str]:
    """The likeliest, with their probabilities."""
    return [
        f"{escape(intent.name)} {intent.probability:.0%}"
        for intent in answer.intents[:MOST_INTENTS]
    ]


def decision(answer: Answer) -> str:
    """In its colour."""
    colour = COLOURS[answer.decision]
    return f"[{colour}]{answer.decision.replace('_', ' ')}[/{colour}]"


def _suggestion(number: int, suggestion: Suggestion) -> Iterable[RenderableType]:
    yield f"[bold]{number}. {escape(suggestion.title)}[/bold]  {suggestion.score:.0%}"
    yield Padding(escape(suggestion.reply), (0, 0, 0, 3))
    if suggestion.reason:
        yield Padding(f"[dim]{escape(suggestion.reason.text)}[/dim]", (0, 0, 0, 3))
    for evidence in suggestion.evidence:
        said = f"{escape(evidence.sentence)} ({escape(evidence.article_id)}, {evidence.score:.2f})"
        yield Padding(f"[dim]evidence: {said}[/dim]", (0, 0, 0, 3))
