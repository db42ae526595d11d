"""What to do next: the names that articles use, as a closed set of actions with parameters."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ridealong.contracts.preprocessing import Entity, EntityType
from ridealong.contracts.recommendation import Action, ActionParameters, NextAction

CONVERSATION = "conversation"

# Names whose first word does not say what they are.
BY_NAME = {
    "show_tracking": (Action.TRACK, "order"),
    "open_carrier_search": (Action.TRACK, "parcel"),
    "open_refund_case": (Action.REFUND, "order"),
    "queue_for_agent": (Action.ESCALATE, CONVERSATION),
    "offer_agent": (Action.ESCALATE, CONVERSATION),
    "start_account_closure": (Action.CANCEL, "account"),
    "start_account_deletion": (Action.CANCEL, "account"),
    "request_invoice_correction": (Action.CHANGE, "invoice"),
}
# An `open_..._case` is for people; to `open` anything else is to start it with the customer.
FOR_PEOPLE = ("_case", "_dispute")
BY_VERB = {
    "look_up": Action.LOOK_UP,
    "check": Action.LOOK_UP,
    "compare": Action.LOOK_UP,
    "sign_out": Action.BLOCK,
    "block": Action.BLOCK,
    "freeze": Action.BLOCK,
    "unblock": Action.UNBLOCK,
    "cancel": Action.CANCEL,
    "recall": Action.CANCEL,
    "refund": Action.REFUND,
    "change": Action.CHANGE,
    "track": Action.TRACK,
    "trace": Action.TRACK,
    "show": Action.SHOW,
    "explain": Action.SHOW,
    "send": Action.SEND,
    "offer": Action.OFFER,
    "open": Action.START,
    "order": Action.START,
    "request": Action.START,
    "start": Action.START,
    "report": Action.ESCALATE,
    "escalate": Action.ESCALATE,
}
# What each kind of action has to know of a case, where the message says it.
CASE = (EntityType.ORDER_NUMBER, EntityType.INVOICE_NUMBER, EntityType.TRACKING_NUMBER)
WANTED = {
    Action.REFUND: (*CASE, EntityType.PRODUCT, EntityType.AMOUNT),
    Action.CANCEL: (*CASE, EntityType.PRODUCT),
    Action.TRACK: (*CASE, EntityType.DATE, EntityType.AMOUNT),
    Action.CHANGE: (*CASE, EntityType.PRODUCT),
    Action.LOOK_UP: (*CASE, EntityType.DATE, EntityType.AMOUNT),
    Action.ESCALATE: (*CASE, EntityType.AMOUNT),
}


@dataclass(frozen=True, slots=True)
class CaseAction:
    """An action of an article: what is done to what, before anything is known of a case."""

    action: Action
    about: str


def parse_action(name: str) -> CaseAction:
    """Raises ValueError for a name that no action stands behind."""
    if name in BY_NAME:
        return CaseAction(*BY_NAME[name])
    for verb, action in BY_VERB.items():
        about = name.removeprefix(f"{verb}_")
        if about not in (name, ""):
            return CaseAction(Action.ESCALATE if name.endswith(FOR_PEOPLE) else action, about)
    raise ValueError(f"no action is called {name}")


def fill_actions(
    actions: Iterable[CaseAction], known: Mapping[EntityType, Entity], department: str
) -> tuple[NextAction, ...]:
    """Each action once, with what is `known`: one plain, unambiguous value a type."""
    return tuple(
        NextAction(
            action=action.action,
            about=action.about,
            parameters=fill_parameters(action.action, known, department),
        )
        for action in dict.fromkeys(actions)
    )


def fill_parameters(
    action: Action, known: Mapping[EntityType, Entity], department: str
) -> ActionParameters:
    """What this kind of action is done with."""
    wanted = [known[kind] for kind in WANTED.get(action, ()) if kind in known]
    fields: dict[str, str | None] = {entity.type.value: entity.value for entity in wanted}
    if "amount" in fields:
        fields["currency"] = known[EntityType.AMOUNT].currency
    if action is Action.ESCALATE:
        fields["department"] = department
    return ActionParameters.model_validate(fields)


def ask_for(slots: Iterable[EntityType]) -> tuple[NextAction, ...]:
    """What the customer still has to say."""
    return tuple(
        NextAction(action=Action.ASK_FOR, about=slot.value, parameters=ActionParameters(slot=slot))
        for slot in slots
    )


def hand_over(department: str) -> NextAction:
    """A person takes the whole conversation."""
    return NextAction(
        action=Action.ESCALATE,
        about=CONVERSATION,
        parameters=ActionParameters(department=department),
    )
