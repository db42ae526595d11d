"""The request object: what is no JSON, no object, or an object of something else."""

import json
from typing import Any, Final

from conformance.cases import OIP_REST, REST, RFC8259, case
from conformance.exchange import BAD_REQUEST, expect, refused
from conformance.rest import RestCaller
from conformance.rest_messages import read_answer
from conformance.suite import asks

RIGHT: Final = json.dumps({"inputs": [asks.written()]})
NO_JSON: Final[dict[str, bytes]] = {
    "nothing": b"",
    "blanks": b"  \n",
    "words": b"hello",
    "cut short": RIGHT[:-3].encode(),
    "more behind": (RIGHT + "}").encode(),
    "two documents": (RIGHT + RIGHT).encode(),
    "single quotes": RIGHT.replace('"', "'").encode(),
    "comma at the end": RIGHT.replace("[1, 2, 3, 4]", "[1, 2, 3, 4,]").encode(),
    "no UTF-8": RIGHT.replace("INT32", "INT32\xff").encode("latin-1"),
    "UTF-16": RIGHT.encode("utf-16"),
    "nul bytes": RIGHT.encode() + b"\0\0",
    "form": b"inputs=1&outputs=2",
    "protobuf": b"\x0a\x07add_sub\x12\x011",
}
NO_OBJECT: Final[dict[str, Any]] = {
    "null": None,
    "list": [asks.written()],
    "string": RIGHT,
    "number": 42,
    "true": True,
}
NO_INPUTS: Final[dict[str, Any]] = {
    "missing": {},
    "null": {"inputs": None},
    "empty": {"inputs": []},
    "object": {"inputs": asks.written()},
    "of null": {"inputs": [None]},
    "of lists": {"inputs": [[asks.written()]]},
    "of strings": {"inputs": ["x"]},
}
BAD_INPUTS: Final[dict[str, Any]] = {
    "no name": asks.written(name=...),
    "null name": asks.written(name=None),
    "number for a name": asks.written(name=1),
    "no datatype": asks.written(datatype=...),
    "null datatype": asks.written(datatype=None),
    "list for a datatype": asks.written(datatype=["INT32"]),
    "parameters in a list": asks.written(parameters=[]),
    "parameter of a list": asks.written(parameters={"of": [1]}),
}
BAD_SHAPES: Final[dict[str, Any]] = {
    "missing": ...,
    "null": None,
    "number": 4,
    "object": {"rows": 2},
    "negative": [-2, -2],
    "free": [-1, 2],
    "fractions": [2.0, 2.5],
    "strings": ["2", "2"],
    "booleans": [True, 4],
    "null inside": [2, None],
    "nested": [[2, 2]],
    "5000 dimensions": [1] * 5000,
    "2^63 elements": [2**62, 2],
    "2^64 elements": [2**32, 2**32],
    "2^70 rows": [2**70, 1],
    "2^31 rows": [2**31, 2],
}
BAD_OUTPUTS: Final[dict[str, Any]] = {
    "object": {"name": "y"},
    "of strings": ["y"],
    "of null": [None],
    "no name": [{}],
    "number for a name": [{"name": 1}],
    "unknown": [{"name": "z"}],
    "parameters in a list": [{"name": "y", "parameters": []}],
}
BAD_REST: Final[dict[str, Any]] = {
    "number for an id": {"id": 42},
    "object for an id": {"id": {}},
    "list of parameters": {"parameters": [1]},
    "string for parameters": {"parameters": "timeout=1"},
}


def post(rest: RestCaller, document: object) -> None:
    """Ask `identity_int32` with this document."""
    rest.post(asks.INT32_INFER, document)


@case(RFC8259, over=REST, each=NO_JSON)
def a_body_that_is_no_json_is_refused(rest: RestCaller, kind: str) -> None:
    """The request is a JSON object in UTF-8."""
    with refused(BAD_REQUEST):
        rest.call("POST", asks.INT32_INFER, NO_JSON[kind], {"Content-Type": "application/json"})


@case(RFC8259, over=REST, each=("[", '{"inputs":['))
def bottomless_nesting_is_refused(rest: RestCaller, opening: str) -> None:
    """A hundred thousand open brackets must not take the server down."""
    with refused(BAD_REQUEST):
        rest.call("POST", asks.INT32_INFER, (opening * 100_000).encode())
    expect(rest.is_live(), "the server is gone")


@case(OIP_REST, over=REST, each=NO_OBJECT)
def json_that_is_no_object_is_refused(rest: RestCaller, kind: str) -> None:
    """The request is a JSON object."""
    with refused(BAD_REQUEST):
        post(rest, NO_OBJECT[kind])


@case(OIP_REST, over=REST, each=NO_INPUTS)
def inputs_are_a_list_of_objects(rest: RestCaller, kind: str) -> None:
    """`inputs` is required, a list of tensors."""
    with refused(BAD_REQUEST):
        post(rest, NO_INPUTS[kind])


@case(OIP_REST, over=REST, each=BAD_INPUTS)
def an_input_has_all_its_fields(rest: RestCaller, kind: str) -> None:
    """Name and datatype are required strings, parameters an object of scalars."""
    with refused(BAD_REQUEST):
        post(rest, {"inputs": [BAD_INPUTS[kind]]})


@case(OIP_REST, over=REST, each=BAD_SHAPES)
def a_shape_is_a_list_of_sizes(rest: RestCaller, kind: str) -> None:
    """Each dimension is a whole number from 0, and the elements must be there."""
    with refused(BAD_REQUEST):
        post(rest, {"inputs": [asks.written(shape=BAD_SHAPES[kind])]})


@case(OIP_REST, over=REST, each=BAD_OUTPUTS)
def outputs_are_a_list_of_names(rest: RestCaller, kind: str) -> None:
    """Each output asked for is an object with the name of one."""
    with refused(BAD_REQUEST):
        post(rest, {"inputs": [asks.written()], "outputs": BAD_OUTPUTS[kind]})


@case(OIP_REST, over=REST, each=BAD_REST)
def id_and_parameters_have_their_types(rest: RestCaller, kind: str) -> None:
    """`id` is a string, `parameters` an object."""
    with refused(BAD_REQUEST):
        post(rest, {"inputs": [asks.written()]} | BAD_REST[kind])


@case(OIP_REST, over=REST)
def parameters_may_stand_everywhere(rest: RestCaller) -> None:
    """Requests, inputs and outputs may each carry parameters."""
    own: dict[str, Any] = {"parameters": {"conformance_suite": "yes"}}
    document = own | {"inputs": [asks.written(**own)], "outputs": [{"name": "y"} | own]}
    answer = read_answer(rest.post(asks.INT32_INFER, document))
    expect(answer.outputs["y"].tolist() == [[1, 2], [3, 4]], "y is wrong")


@case(OIP_REST.chosen(), over=REST)
def an_empty_list_of_outputs_is_no_list(rest: RestCaller) -> None:
    """Nothing asked for by name: all outputs come, as without the field."""
    document = {"inputs": [asks.written()], "outputs": []}
    answer = read_answer(rest.post(asks.INT32_INFER, document))
    expect(list(answer.outputs) == ["y"], f"outputs are {list(answer.outputs)}")


@case(OIP_REST.chosen(), over=REST)
def a_misspelt_field_is_refused(rest: RestCaller) -> None:
    """Let pass, `ouputs` would change the answer without a word."""
    with refused(BAD_REQUEST):
        post(rest, {"inputs": [asks.written()], "ouputs": [{"name": "y"}]})


@case(RFC8259, over=REST)
def blanks_and_escapes_mean_nothing(rest: RestCaller) -> None:
    """JSON may be written with blanks, line ends and escapes."""
    body = json.dumps({"inputs": [asks.written()]}, indent=4).replace("name", "n\\u0061me")
    answer = read_answer(rest.call("POST", asks.INT32_INFER, f"\r\n\t{body}\n".encode()))
    expect(answer.outputs["y"].tolist() == [[1, 2], [3, 4]], "y is wrong")


@case(OIP_REST, over=REST)
def an_answer_has_the_required_fields(rest: RestCaller) -> None:
    """`model_name` and `outputs`; each output has name, shape, datatype and data."""
    told = rest.post(asks.INT32_INFER, {"inputs": [asks.written()]}).json()
    expect({"model_name", "outputs"} <= told.keys(), f"fields are {sorted(told)}")
    fields = {"name", "shape", "datatype", "data"}
    expect(fields <= told["outputs"][0].keys(), f"fields are {sorted(told['outputs'][0])}")


@case(OIP_REST, over=REST)
def an_answer_is_flat_or_as_its_shape(rest: RestCaller) -> None:
    """The data of an output, flattened, are its elements row by row."""
    output = rest.post(asks.INT32_INFER, {"inputs": [asks.written()]}).json()["outputs"][0]
    expect(output["shape"] == [2, 2], f"shape is {output['shape']}")
    expect(output["data"] in ([1, 2, 3, 4], [[1, 2], [3, 4]]), f"data are {output['data']}")
