"""Inference that goes well: names, ids, versions, outputs asked for, parameters."""

import numpy as np

from conformance.cases import OIP, OPEN, PARAMETERS, case
from conformance.exchange import Answer, Ask, Caller, expect
from conformance.suite import asks
from conformance.tensors import make

IDS = {
    "short": "42",
    "spaces": "a b  c ",
    "long": "0123456789" * 20,
    "unicode": "приве́т-\U0001f600",
    "quotes": 'say "no" \\ ',
}
PARAMETER_VALUES: dict[str, bool | int | str] = {
    "boolean": True,
    "integer": 7,
    "negative": -7,
    "string": "words",
    "empty": "",
}


def is_right(answer: Answer, name: str, values: list[list[float]]) -> bool:
    """One output is there with these values."""
    return name in answer.outputs and bool(
        np.array_equal(answer.outputs[name], np.array(values, dtype=np.float32))
    )


@case(OIP)
def two_inputs_give_two_outputs(caller: Caller) -> None:
    """Without a list of outputs all come back, with right values."""
    answer = caller.infer(asks.add_sub())
    expect(set(answer.outputs) == {"sum", "difference"}, f"outputs are {set(answer.outputs)}")
    expect(is_right(answer, "sum", asks.SUM), "sum is wrong")
    expect(is_right(answer, "difference", asks.DIFFERENCE), "difference is wrong")


@case(OIP)
def the_answer_names_its_model(caller: Caller) -> None:
    """`model_name` is the model asked."""
    expect(caller.infer(asks.add_sub()).model == "add_sub", "another name")


@case(OIP)
def the_answer_names_its_version(caller: Caller) -> None:
    """`model_version` is the specific version used."""
    version = caller.infer(asks.add_sub()).version
    expect(version == "1", f"version is {version!r}")


@case(OIP, each=("1", "2"))
def a_version_asked_for_answers(caller: Caller, version: str) -> None:
    """The version in the request is the one that runs."""
    answer = caller.infer(asks.plus(version))
    expect(answer.version == version, f"version is {answer.version!r}")
    expect(answer.outputs["y"].tolist() == [10.0 + int(version)], f"{answer.outputs}")


@case(OIP)
def a_version_chosen_by_the_server_is_told_truly(caller: Caller) -> None:
    """Without a version the server chooses by its policy and says which."""
    answer = caller.infer(asks.plus())
    expect(answer.outputs["y"].tolist() == [10.0 + int(answer.version)], f"{answer.outputs}")


@case(OPEN)
def without_a_version_the_latest_answers(caller: Caller) -> None:
    """The policy is the server's; the greatest number is what Triton chooses."""
    expect(caller.infer(asks.plus()).version == "2", "not the latest")


@case(OIP, each=IDS)
def a_given_id_comes_back(caller: Caller, kind: str) -> None:
    """If an id is specified, it must be returned in the response, unchanged."""
    answer = caller.infer(asks.add_sub(request_id=IDS[kind]))
    expect(answer.request_id == IDS[kind], "another id")


@case(OIP)
def an_id_is_no_key(caller: Caller) -> None:
    """Two requests with one id are two requests."""
    first, second = (
        caller.infer(asks.identity("INT32", [[value]], request_id="same")) for value in (1, 2)
    )
    expect(first.outputs["y"].tolist() == [[1]], "the first answer is not its own")
    expect(second.outputs["y"].tolist() == [[2]], "the second answer is not its own")


@case(OIP, each=("sum", "difference"))
def only_the_outputs_asked_for_come(caller: Caller, name: str) -> None:
    """A request that names outputs gets those."""
    answer = caller.infer(asks.add_sub(outputs=(name,)))
    expect(list(answer.outputs) == [name], f"outputs are {list(answer.outputs)}")
    wanted = asks.SUM if name == "sum" else asks.DIFFERENCE
    expect(is_right(answer, name, wanted), f"{name} is wrong")


@case(OPEN, each=("sum difference", "difference sum"))
def outputs_come_in_the_order_asked(caller: Caller, order: str) -> None:
    """No page says it; a client that reads by position relies on it."""
    names = order.split()
    answer = caller.infer(asks.add_sub(outputs=names))
    expect(list(answer.outputs) == names, f"order is {list(answer.outputs)}")
    expect(is_right(answer, "sum", asks.SUM), "sum is wrong")


@case(OIP)
def inputs_are_known_by_name(caller: Caller) -> None:
    """Their order in the request means nothing."""
    ask = asks.add_sub()
    answer = caller.infer(ask._replace(inputs=list(reversed(ask.inputs))))
    expect(is_right(answer, "difference", asks.DIFFERENCE), "inputs were taken by position")


@case(OIP)
def outputs_have_datatype_and_shape(caller: Caller) -> None:
    """Every output says its datatype and its true shape."""
    answer = caller.infer(asks.add_sub())
    expect(set(answer.datatypes.values()) == {"FP32"}, f"datatypes are {answer.datatypes}")
    expect(answer.outputs["sum"].shape == (2, 4), f"shape is {answer.outputs['sum'].shape}")


@case(OIP)
def inputs_of_several_types_go_together(caller: Caller) -> None:
    """One request may carry numbers, strings and booleans."""
    ask = Ask(
        "three_types",
        [
            make("numbers", "INT64", [1, -(2**62)]),
            make("texts", "BYTES", ["one", "zwölf"]),
            make("flags", "BOOL", [True, False]),
        ],
    )
    outputs = caller.infer(ask).outputs
    for tensor in ask.inputs:
        same = outputs[f"same_{tensor.name}"]
        expect(same.tolist() == tensor.array.tolist(), f"{tensor.name} came back changed")


@case(PARAMETERS, each=PARAMETER_VALUES)
def a_parameter_of_ones_own_is_let_pass(caller: Caller, kind: str) -> None:
    """Parameters are for servers to define; one that this server does not know does no harm."""
    ask = asks.add_sub(parameters={"conformance_suite": PARAMETER_VALUES[kind]})
    expect(is_right(caller.infer(ask), "sum", asks.SUM), "sum is wrong")


@case(OIP)
def the_same_request_has_the_same_answer(caller: Caller) -> None:
    """Nothing of one request stays for the next."""
    answers = [caller.infer(asks.add_sub()) for _ in range(3)]
    expect(all(is_right(answer, "sum", asks.SUM) for answer in answers), "answers differ")
