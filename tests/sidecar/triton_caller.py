"""Triton's own client, as a program: its messages bear the names of ours, so it runs apart.

`python -m tests.sidecar.triton_caller ADDRESS APP_ID` asks through a sidecar and prints JSON.
"""

import json
import sys
from typing import Any

import numpy as np
from tritonclient import grpc as triton  # type: ignore[import-untyped]


def tensor(name: str, datatype: str, values: Any) -> Any:
    """An input as Triton's client sends it: raw."""
    given = triton.InferInput(name, list(values.shape), datatype)
    given.set_data_from_numpy(values)
    return given


def ask(address: str, app_id: str) -> dict[str, Any]:
    """Everything that Triton's client reads."""
    headers = {"dapr-app-id": app_id}
    client = triton.InferenceServerClient(address)
    numbers = np.array([[1, 2, 3], [4, 5, 6]], dtype=np.float32)
    texts = np.array(["where is my order", "refund please!"], dtype=np.object_)
    doubled = client.infer(
        "doubler", [tensor("x", "FP32", numbers)], request_id="a1", headers=headers
    )
    wanted = [triton.InferRequestedOutput("commerce")]
    read = client.infer(
        "tiny-pipeline", [tensor("text", "BYTES", texts)], outputs=wanted, headers=headers
    )
    echoed = client.infer("echo-BYTES", [tensor("x", "BYTES", texts)], headers=headers)
    metadata = client.get_model_metadata("doubler", headers=headers)
    statistics = client.get_inference_statistics("doubler", headers=headers)
    answers = {
        "live": client.is_server_live(headers=headers),
        "ready": client.is_model_ready("doubler", headers=headers),
        "inputs": [spec.name for spec in metadata.inputs],
        "id": doubled.get_response().id,
        "sums": doubled.as_numpy("sums").tolist(),
        "commerce": list(read.as_numpy("commerce").shape),
        "echoed": [text.decode() for text in echoed.as_numpy("y")],
        "counted": statistics.model_stats[0].inference_count,
        "refusal": refusal(client, headers),
    }
    client.close()
    return answers


def refusal(client: Any, headers: dict[str, str]) -> str:
    """The status of a call for a model that is not there."""
    try:
        client.get_model_metadata("nobody", headers=headers)
    except triton.InferenceServerException as error:
        return str(error.status())
    return "none"


if __name__ == "__main__":
    json.dump(ask(*sys.argv[1:]), sys.stdout)
