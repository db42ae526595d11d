"""The model-repository extension: index, load, unload."""

import time
from typing import Any, Final

from conformance.cases import REPOSITORY, REST, case
from conformance.exchange import (
    ANY_REFUSAL,
    BAD_REQUEST,
    NOT_SERVING,
    Caller,
    expect,
    refused,
)
from conformance.rest import RestCaller
from conformance.suite import asks

GUEST: Final = "coming_and_going"
READY: Final = "READY"
# An unload may drain what is under way before the model is gone.
GONE_WITHIN_S: Final = 5.0
CHOICE: Final = REPOSITORY.chosen()
NO_NAMES: Final = ("no_such_model", "möbel")
CLIMBING: Final = {
    "dots": "/v2/repository/models/../load",
    "encoded": "/v2/repository/models/..%2f..%2fetc/load",
    "backslashes": "/v2/repository/models/..%5cetc/load",
}


def states(caller: Caller, *, only_ready: bool = False) -> dict[tuple[str, str], str]:
    """The state of every version in the index."""
    return {
        (entry["name"], entry.get("version", "")): entry.get("state", "")
        for entry in caller.index(only_ready=only_ready)
    }


def is_gone(caller: Caller) -> bool:
    """Whether the guest cannot be asked any more, waiting a little for it."""
    deadline = time.monotonic() + GONE_WITHIN_S
    while caller.is_model_ready(GUEST):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@case(REPOSITORY)
def the_index_lists_every_model(caller: Caller) -> None:
    """Each model and version stands there with a state."""
    listed = states(caller)
    expect(listed.get(("add_sub", "1")) == READY, f"add_sub is {listed.get(('add_sub', '1'))}")
    both = [listed.get(("two_versions", version)) for version in ("1", "2")]
    expect(both == [READY, READY], f"two_versions are {both}")


@case(REPOSITORY)
def the_index_of_what_is_ready(caller: Caller) -> None:
    """With `ready` only what can be asked is listed."""
    expect(set(states(caller, only_ready=True).values()) == {READY}, "another state")


@case(REPOSITORY, over=REST, each=('"yes"', "1", "null"))
def ready_is_true_or_false(rest: RestCaller, value: str) -> None:
    """`ready` is a boolean."""
    with refused(BAD_REQUEST):
        rest.call("POST", "/v2/repository/index", f'{{"ready": {value}}}'.encode())


@case(CHOICE, over=REST)
def the_index_may_be_asked_without_a_body(rest: RestCaller) -> None:
    """The page requires one; clients, Triton's among them, leave it out."""
    expect(isinstance(rest.call("POST", "/v2/repository/index").json(), list), "no list")


@case(REPOSITORY)
def an_entry_has_a_name_and_a_state(caller: Caller) -> None:
    """`name` and `state` are strings, `reason` too where it is given."""
    for entry in caller.index():
        told: list[Any] = [entry.get("name"), entry.get("state", ""), entry.get("reason", "")]
        expect(all(isinstance(word, str) for word in told), f"{told}")


@case(REPOSITORY)
def a_loaded_model_may_be_loaded_again(caller: Caller) -> None:
    """Load is also reload."""
    caller.load(GUEST)
    caller.load(GUEST)
    caller.infer(asks.add_sub(GUEST))


@case(REPOSITORY)
def an_unloaded_model_is_gone(caller: Caller) -> None:
    """It is not ready, cannot be asked, and is not listed as ready."""
    caller.load(GUEST)
    caller.unload(GUEST)
    try:
        expect(is_gone(caller), "still ready")
        with refused(NOT_SERVING):
            caller.infer(asks.add_sub(GUEST))
        expect((GUEST, "1") not in states(caller, only_ready=True), "listed as ready")
    finally:
        caller.load(GUEST)


@case(REPOSITORY)
def an_unloaded_model_stays_in_the_index(caller: Caller) -> None:
    """The index is also of what is not loaded: it says what could be."""
    caller.load(GUEST)
    caller.unload(GUEST)
    try:
        expect(is_gone(caller), "still ready")
        left = {name: state for (name, _), state in states(caller).items()}
        expect(left.get(GUEST, READY) != READY, f"its state is {left.get(GUEST)}")
    finally:
        caller.load(GUEST)


@case(REPOSITORY)
def a_model_comes_back(caller: Caller) -> None:
    """After unload and load it answers as before."""
    caller.unload(GUEST)
    expect(is_gone(caller), "still ready")
    caller.load(GUEST)
    answer = caller.infer(asks.add_sub(GUEST))
    expect(answer.outputs["sum"].tolist() == asks.SUM, "sum is wrong")


@case(REPOSITORY)
def unloading_one_model_leaves_the_others(caller: Caller) -> None:
    """Only what was named goes."""
    before = {key: state for key, state in states(caller).items() if key[0] != GUEST}
    caller.unload(GUEST)
    try:
        after = {key: state for key, state in states(caller).items() if key[0] != GUEST}
        expect(after == before, "another model's state changed")
        expect(caller.infer(asks.add_sub()).outputs["sum"].tolist() == asks.SUM, "sum is wrong")
    finally:
        caller.load(GUEST)


@case(REPOSITORY, each=NO_NAMES)
def loading_what_is_not_there_is_refused(caller: Caller, name: str) -> None:
    """A model that is not in the repository cannot be loaded."""
    with refused(ANY_REFUSAL):
        caller.load(name)


@case(CHOICE)
def unloading_what_is_not_there_is_refused(caller: Caller) -> None:
    """A misspelt name must not pass for success."""
    with refused(ANY_REFUSAL):
        caller.unload("no_such_model")


@case(REPOSITORY)
def unload_takes_unload_dependents(caller: Caller) -> None:
    """The boolean parameter `unload_dependents`, for a model that has none."""
    caller.unload(GUEST, {"unload_dependents": True})
    try:
        expect(is_gone(caller), "still ready")
    finally:
        caller.load(GUEST)


@case(REPOSITORY, over=REST, each=("load", "unload"))
def a_body_of_no_json_changes_nothing(rest: RestCaller, verb: str) -> None:
    """The body may be empty or an object, and nothing else."""
    with refused(BAD_REQUEST):
        rest.call("POST", f"/v2/repository/models/{GUEST}/{verb}", b"{parameters")
    expect(rest.is_model_ready(GUEST), "the model is gone")


@case(REPOSITORY, over=REST, each=CLIMBING)
def never_climbs_in_the_repository(rest: RestCaller, kind: str) -> None:
    """What is loaded is named, never reached by a path."""
    status = rest.send("POST", CLIMBING[kind]).status
    expect(status in ANY_REFUSAL.statuses, f"status {status}")
