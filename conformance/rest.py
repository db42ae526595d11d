"""A caller over REST, on the standard library's client: it sends a path and a body as they are."""

import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Final
from urllib.parse import quote, urlsplit

from conformance.exchange import Answer, Ask, Mismatch, Parameters, Refusal, expect
from conformance.rest_messages import (
    HEADER_LENGTH,
    Response,
    accepted,
    address,
    as_object,
    read_answer,
    write_input,
    write_request,
)
from conformance.tensors import pack

TIMEOUT_S: Final = 30.0


class RestCaller:
    """One server over REST. `prefix` stands before every path, as behind a sidecar."""

    def __init__(
        self,
        url: str,
        *,
        prefix: str = "",
        headers: Mapping[str, str] | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        parts = urlsplit(url)
        self._kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._place = parts.netloc
        self._prefix = (parts.path.rstrip("/") + prefix).rstrip("/")
        self._headers = dict(headers or {})
        self._timeout_s = timeout_s

    def connect(self) -> HTTPConnection:
        """A connection of its own, for cases about connections."""
        return self._kind(self._place, timeout=self._timeout_s)

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,  # noqa: ANN401 - bytes, or an iterator of them for a chunked body
        headers: Mapping[str, str] | None = None,
        *,
        over: HTTPConnection | None = None,
    ) -> Response:
        """Whatever comes back for this, over a connection of its own unless one is given."""
        if over is not None:
            return self._send_over(over, method, path, (body, headers))
        with closing(self.connect()) as connection:
            return self._send_over(connection, method, path, (body, headers))

    def _send_over(
        self,
        connection: HTTPConnection,
        method: str,
        path: str,
        content: tuple[Any, Mapping[str, str] | None],
    ) -> Response:
        body, headers = content
        try:
            connection.request(
                method, self._prefix + path, body, self._headers | dict(headers or {})
            )
            got = connection.getresponse()
            return Response(
                got.status, {name.lower(): value for name, value in got.getheaders()}, got.read()
            )
        except (HTTPException, OSError) as error:
            raise Mismatch(f"no whole HTTP response: {type(error).__name__}") from error

    def begin(self, connection: HTTPConnection, path: str, body: bytes) -> None:
        """Send a whole request and do not wait for its answer."""
        connection.request("POST", self._prefix + path, body, self._headers)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,  # noqa: ANN401 - as in send
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """As `send`, but a refusal must be the protocol's and rises."""
        return accepted(self.send(method, path, body, headers))

    def post(self, path: str, document: object) -> Response:
        """A JSON document, posted."""
        body = json.dumps(document).encode()
        return self.call("POST", path, body, {"Content-Type": "application/json"})

    def is_live(self) -> bool:
        """Server live: the status says it, whatever else the body does."""
        return self.send("GET", "/v2/health/live").status == 200

    def is_ready(self) -> bool:
        """Server ready, by its status."""
        return self.send("GET", "/v2/health/ready").status == 200

    def is_model_ready(self, model: str, version: str = "") -> bool:
        """Model ready, by its status; what is refused must be refused as the protocol says."""
        try:
            self.call("GET", address(model, version) + "/ready")
        except Refusal:
            return False
        return True

    def describe_server(self) -> dict[str, Any]:
        """Server metadata."""
        return as_object(self.call("GET", "/v2"))

    def describe_model(self, model: str, version: str = "") -> dict[str, Any]:
        """Model metadata."""
        return as_object(self.call("GET", address(model, version)))

    def infer(self, ask: Ask) -> Answer:
        """Inputs and outputs as JSON, flat."""
        document = write_request(ask, [write_input(tensor) for tensor in ask.inputs])
        return read_answer(self.post(address(ask.model, ask.version) + "/infer", document))

    def infer_binary(
        self,
        ask: Ask,
        *,
        inputs: Sequence[str] = (),
        outputs: Mapping[str, bool] | None = None,
        default: bool | None = None,
    ) -> Answer:
        """These inputs as raw bytes; outputs as told one by one, or all by `default`."""
        written = [write_input(tensor, is_binary=tensor.name in inputs) for tensor in ask.inputs]
        document = write_request(ask, written)
        if outputs is not None:
            document["outputs"] = [
                {"name": name, "parameters": {"binary_data": is_binary}}
                for name, is_binary in outputs.items()
            ]
        if default is not None:
            document.setdefault("parameters", {})["binary_data_output"] = default
        raw = [
            pack(tensor.array, tensor.datatype) for tensor in ask.inputs if tensor.name in inputs
        ]
        return read_answer(self.post_binary(ask.model, document, b"".join(raw)))

    def post_binary(self, model: str, document: object, raw: bytes) -> Response:
        """A JSON document with bytes behind it, and the header that says where it ends."""
        head = json.dumps(document).encode()
        headers = {"Content-Type": "application/octet-stream", HEADER_LENGTH: str(len(head))}
        return self.call("POST", address(model) + "/infer", head + raw, headers)

    def index(self, *, only_ready: bool = False) -> list[dict[str, Any]]:
        """The repository index."""
        listed = self.post("/v2/repository/index", {"ready": True} if only_ready else {}).json()
        expect(isinstance(listed, list), "the repository index is not a list")
        return list(listed)

    def load(self, model: str, parameters: Parameters | None = None) -> None:
        """Load or reload a model."""
        self._post_repository(model, "load", parameters)

    def unload(self, model: str, parameters: Parameters | None = None) -> None:
        """Unload a model."""
        self._post_repository(model, "unload", parameters)

    def _post_repository(self, model: str, verb: str, parameters: Parameters | None) -> None:
        path = f"/v2/repository/models/{quote(model, safe='')}/{verb}"
        if parameters is None:
            self.call("POST", path)
        else:
            self.post(path, {"parameters": dict(parameters)})

    def statistics(self, model: str = "", version: str = "") -> list[dict[str, Any]]:
        """Statistics of one version, one model, or all."""
        path = address(model, version) if model else "/v2/models"
        return list(as_object(self.call("GET", path + "/stats"))["model_stats"])
