"""Live, ready and server metadata."""

from conformance.cases import OIP, OIP_REST, OIP_YAML, REST, case
from conformance.exchange import Caller, expect
from conformance.rest import RestCaller
from conformance.rest_messages import as_object

HEALTH = ("live", "ready")


@case(OIP)
def the_server_is_live(caller: Caller) -> None:
    """A server that receives requests says that it is live."""
    expect(caller.is_live(), "not live")


@case(OIP)
def the_server_is_ready(caller: Caller) -> None:
    """A server whose models can all be asked says that it is ready."""
    expect(caller.is_ready(), "not ready")


@case(OIP_REST, over=REST)
def live_is_told_in_an_object(rest: RestCaller) -> None:
    """The response to server live is an object with a boolean `live`."""
    live = as_object(rest.call("GET", "/v2/health/live")).get("live")
    expect(live is True, f"live is {live!r}")


@case(OIP_REST.chosen(), over=REST)
def ready_is_told_in_an_object(rest: RestCaller) -> None:
    """The page prints `live` for server ready, a slip; `ready` and `live` are both taken here."""
    told = as_object(rest.call("GET", "/v2/health/ready"))
    expect(told.get("ready", told.get("live")) is True, f"neither ready nor live: {told}")


@case(OIP)
def server_metadata_has_a_name_a_version_and_extensions(caller: Caller) -> None:
    """Server metadata gives `name`, `version` and a list of `extensions`."""
    told = caller.describe_server()
    expect(isinstance(told.get("name"), str) and told["name"], "no name")
    expect(isinstance(told.get("version"), str), "no version")
    extensions = told.get("extensions")
    expect(isinstance(extensions, list), "extensions are no list")
    expect(all(isinstance(name, str) for name in told["extensions"]), "an extension is no string")


@case(OIP)
def an_extension_is_claimed_once(caller: Caller) -> None:
    """Each extension stands in the list once."""
    claimed = caller.describe_server()["extensions"]
    expect(len(set(claimed)) == len(claimed), "an extension is claimed twice")


@case(OIP_YAML, over=REST)
def server_metadata_with_a_slash_at_the_end(rest: RestCaller) -> None:
    """The YAML of the protocol writes the address as `/v2/`, its page as `v2`: both must do."""
    expect(as_object(rest.call("GET", "/v2/")) == rest.describe_server(), "two answers")


@case(OIP_REST, over=REST, each=HEALTH)
def health_says_the_same_when_asked_again(rest: RestCaller, what: str) -> None:
    """Asking has no effect: GET is safe."""
    answers = [rest.send("GET", f"/v2/health/{what}") for _ in range(3)]
    told = {(answer.status, answer.body) for answer in answers}
    expect(len(told) == 1, "answers differ")
    expect({status for status, _ in told} == {200}, f"answers are {told}")


@case(OIP_REST.chosen(), over=REST, each=HEALTH)
def health_takes_no_notice_of_a_query(rest: RestCaller, what: str) -> None:
    """Probes add a query to get past caches."""
    expect(rest.send("GET", f"/v2/health/{what}?at=1").status == 200, "not 200")


@case(OIP)
def a_model_is_ready(caller: Caller) -> None:
    """A model that can be asked is ready, without a version."""
    expect(caller.is_model_ready("add_sub"), "not ready")


@case(OIP, each=("1", "2"))
def a_version_is_ready(caller: Caller, version: str) -> None:
    """Each version that can be asked is ready."""
    expect(caller.is_model_ready("two_versions", version), "not ready")


@case(OIP_REST, over=REST)
def model_ready_names_the_model(rest: RestCaller) -> None:
    """The response to model ready is an object with `name` and a boolean `ready`."""
    told = as_object(rest.call("GET", "/v2/models/add_sub/ready"))
    expect(told.get("name") == "add_sub", f"name is {told.get('name')!r}")
    expect(told.get("ready") is True, f"ready is {told.get('ready')!r}")


@case(OIP)
def an_unknown_model_is_not_ready(caller: Caller) -> None:
    """What is not there is not ready: by a false, or by a refusal."""
    expect(not caller.is_model_ready("no_such_model"), "ready")


@case(OIP)
def an_unknown_version_is_not_ready(caller: Caller) -> None:
    """A version that is not there is not ready."""
    expect(not caller.is_model_ready("two_versions", "77"), "ready")
