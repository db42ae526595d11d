"""Triton's own client over gRPC, unchanged, against the model server of this project.

In one terminal:

    python -m conformance --write-models /tmp/models
    ridealong serve --models /tmp/models --port 8000 --grpc-port 8001 --versions all

In another, with `pip install tritonclient[grpc]`:

    python examples/tritonclient_grpc.py --url 127.0.0.1:8001

Through a Dapr sidecar the URL is the sidecar's gRPC port, and every call names the app:

    python examples/tritonclient_grpc.py --url 127.0.0.1:50001 --app-id inference-grpc
"""

import argparse
import threading
from typing import Any

import numpy as np
import tritonclient.grpc as triton
from tritonclient.utils import InferenceServerException


class Asker:
    """A client, and the headers that go with each of its calls."""

    def __init__(self, url: str, app_id: str | None) -> None:
        self.client = triton.InferenceServerClient(url)
        self.headers = {"dapr-app-id": app_id} if app_id else None

    def infer(self, model: str, inputs: list[Any], **more: Any) -> Any:
        """One answer."""
        return self.client.infer(model, inputs, headers=self.headers, **more)


def main() -> None:
    """Ask one thing after another, and print what comes."""
    parser = argparse.ArgumentParser(description="Triton's gRPC client against a model server.")
    parser.add_argument("--url", default="127.0.0.1:8001", help="host:port")
    parser.add_argument("--app-id", help="the app a Dapr sidecar at this URL is to call")
    given = parser.parse_args()
    asker = Asker(given.url, given.app_id)
    show_server(asker)
    add_and_subtract(asker)
    send_strings(asker)
    choose_version(asker)
    ask_side_by_side(asker)
    see_an_error(asker)
    unload_and_load(asker)
    show_statistics(asker)
    asker.client.close()


def show_server(asker: Asker) -> None:
    """Who is there, and what does a model take?"""
    server = asker.client.get_server_metadata(headers=asker.headers)
    print(f"{server.name} {server.version} offers {', '.join(server.extensions)}")
    model = asker.client.get_model_metadata("add_sub", headers=asker.headers)
    print("add_sub takes", {given.name: list(given.shape) for given in model.inputs})


def two_rows() -> list[Any]:
    """Two inputs of `add_sub`."""
    left = triton.InferInput("left", [2, 4], "FP32")
    left.set_data_from_numpy(np.full((2, 4), 3, dtype=np.float32))
    right = triton.InferInput("right", [2, 4], "FP32")
    right.set_data_from_numpy(np.full((2, 4), 2, dtype=np.float32))
    return [left, right]


def add_and_subtract(asker: Asker) -> None:
    """Numbers in and out."""
    outputs = [triton.InferRequestedOutput("difference"), triton.InferRequestedOutput("sum")]
    result = asker.infer("add_sub", two_rows(), outputs=outputs)
    print("sum", result.as_numpy("sum")[0], "difference", result.as_numpy("difference")[0])


def send_strings(asker: Asker) -> None:
    """Strings travel as BYTES, in UTF-8."""
    given = triton.InferInput("x", [1, 2], "BYTES")
    given.set_data_from_numpy(np.array([["grüße", "東京"]], dtype=object))
    result = asker.infer("identity_bytes", [given], request_id="words-1")
    print("words", [word.decode() for word in result.as_numpy("y")[0]], result.get_response().id)


def choose_version(asker: Asker) -> None:
    """Without a version the newest answers."""
    given = triton.InferInput("x", [1], "FP32")
    given.set_data_from_numpy(np.array([10], dtype=np.float32))
    for version in ("1", "2", ""):
        result = asker.infer("two_versions", [given], model_version=version)
        print(f"version {result.get_response().model_version}:", result.as_numpy("y")[0])


def ask_side_by_side(asker: Asker) -> None:
    """Several requests under way at once; each gets its own answer."""
    sums: list[float] = []
    all_there = threading.Semaphore(0)

    def take(result: Any, error: Any) -> None:
        sums.append(float(result.as_numpy("sum")[0, 0]) if error is None else float("nan"))
        all_there.release()

    for _ in range(8):
        asker.client.async_infer("add_sub", two_rows(), take, headers=asker.headers)
    for _ in range(8):
        all_there.acquire(timeout=30)
    print("eight at once:", set(sums))


def see_an_error(asker: Asker) -> None:
    """A request that does not fit says why."""
    given = triton.InferInput("left", [1, 3], "FP32")
    given.set_data_from_numpy(np.zeros((1, 3), dtype=np.float32))
    try:
        asker.infer("add_sub", [given])
    except InferenceServerException as error:
        print("refused:", error.status(), error.message())


def unload_and_load(asker: Asker) -> None:
    """The repository: which models are there, one out, and in again."""
    client, headers = asker.client, asker.headers
    listed = client.get_model_repository_index(headers=headers).models
    print(len(listed), "versions in the repository")
    client.unload_model("coming_and_going", headers=headers)
    print("ready after unload:", client.is_model_ready("coming_and_going", headers=headers))
    client.load_model("coming_and_going", headers=headers)
    print("ready after load:", client.is_model_ready("coming_and_going", headers=headers))


def show_statistics(asker: Asker) -> None:
    """What was asked of a model so far."""
    [stats] = asker.client.get_inference_statistics("add_sub", headers=asker.headers).model_stats
    print("add_sub answered", stats.inference_stats.success.count, "requests")


if __name__ == "__main__":
    main()
