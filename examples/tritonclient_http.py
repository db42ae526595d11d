"""Triton's own client over HTTP, unchanged, against the model server of this project.

In one terminal:

    python -m conformance --write-models /tmp/models
    ridealong serve --models /tmp/models --port 8000 --versions all

In another, with `pip install tritonclient[http]`:

    python examples/tritonclient_http.py --url 127.0.0.1:8000

Through a Dapr sidecar only the URL differs:

    python examples/tritonclient_http.py --url 127.0.0.1:3500/v1.0/invoke/inference/method
"""

import argparse
from typing import Any

import numpy as np
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException


def main() -> None:
    """Ask one thing after another, and print what comes."""
    parser = argparse.ArgumentParser(description="Triton's HTTP client against a model server.")
    parser.add_argument("--url", default="127.0.0.1:8000", help="host:port, and a path if any")
    with triton.InferenceServerClient(parser.parse_args().url, concurrency=4) as client:
        show_server(client)
        add_and_subtract(client)
        send_strings(client)
        choose_version(client)
        ask_side_by_side(client)
        see_an_error(client)
        unload_and_load(client)
        show_statistics(client)


def show_server(client: Any) -> None:
    """Who is there, and what does a model take?"""
    server = client.get_server_metadata()
    print(f"{server['name']} {server['version']} offers {', '.join(server['extensions'])}")
    model = client.get_model_metadata("add_sub")
    print("add_sub takes", {given["name"]: given["shape"] for given in model["inputs"]})


def two_rows(*, as_bytes: bool) -> list[Any]:
    """Two inputs of `add_sub`: as raw bytes, which is fast, or as JSON, which is readable."""
    left = triton.InferInput("left", [2, 4], "FP32")
    left.set_data_from_numpy(np.full((2, 4), 3, dtype=np.float32), binary_data=as_bytes)
    right = triton.InferInput("right", [2, 4], "FP32")
    right.set_data_from_numpy(np.full((2, 4), 2, dtype=np.float32), binary_data=as_bytes)
    return [left, right]


def add_and_subtract(client: Any) -> None:
    """Bytes or JSON, in and out: the numbers are the same."""
    for as_bytes in (True, False):
        outputs = [
            triton.InferRequestedOutput("sum", binary_data=as_bytes),
            triton.InferRequestedOutput("difference", binary_data=not as_bytes),
        ]
        result = client.infer("add_sub", two_rows(as_bytes=as_bytes), outputs=outputs)
        print("sum", result.as_numpy("sum")[0], "difference", result.as_numpy("difference")[0])


def send_strings(client: Any) -> None:
    """Strings travel as BYTES, in UTF-8."""
    words = np.array([["grüße", "東京"]], dtype=object)
    given = triton.InferInput("x", [1, 2], "BYTES")
    given.set_data_from_numpy(words)
    result = client.infer("identity_bytes", [given], request_id="words-1")
    print("words", [word.decode() for word in result.as_numpy("y")[0]], result.get_response()["id"])


def choose_version(client: Any) -> None:
    """Without a version the newest answers."""
    given = triton.InferInput("x", [1], "FP32")
    given.set_data_from_numpy(np.array([10], dtype=np.float32))
    for version in ("1", "2", ""):
        result = client.infer("two_versions", [given], model_version=version)
        print(f"version {result.get_response()['model_version']}:", result.as_numpy("y")[0])


def ask_side_by_side(client: Any) -> None:
    """Several requests under way at once; each gets its own answer."""
    asked = [client.async_infer("add_sub", two_rows(as_bytes=True)) for _ in range(8)]
    sums = {float(one.get_result().as_numpy("sum")[0, 0]) for one in asked}
    print("eight at once:", sums)


def see_an_error(client: Any) -> None:
    """A request that does not fit says why."""
    given = triton.InferInput("left", [1, 3], "FP32")
    given.set_data_from_numpy(np.zeros((1, 3), dtype=np.float32))
    try:
        client.infer("add_sub", [given])
    except InferenceServerException as error:
        print("refused:", error.status(), error.message())


def unload_and_load(client: Any) -> None:
    """The repository: which models are there, one out, and in again."""
    print(len(client.get_model_repository_index()), "versions in the repository")
    client.unload_model("coming_and_going")
    print("ready after unload:", client.is_model_ready("coming_and_going"))
    client.load_model("coming_and_going")
    print("ready after load:", client.is_model_ready("coming_and_going"))


def show_statistics(client: Any) -> None:
    """What was asked of a model so far."""
    [stats] = client.get_inference_statistics("add_sub")["model_stats"]
    print("add_sub answered", stats["inference_stats"]["success"]["count"], "requests")


if __name__ == "__main__":
    main()
