"""gRPC beside REST: the same models on a second port, and all workers where all are concerned."""

import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Final

import grpc

from ridealong.serving.alone.merging import FIRST_REFUSAL, merged_statistics, worst
from ridealong.serving.alone.options import Options
from ridealong.serving.alone.team import Team
from ridealong.serving.alone.wire import Asked, Part
from ridealong.serving.errors import InvalidRequest, ServingError
from ridealong.serving.models.families import require_names
from ridealong.serving.protocol.rpc import open_inference_pb2 as messages
from ridealong.serving.protocol.rpc.calls import SERVICE, Call, Caller, guarded
from ridealong.serving.protocol.rpc.edge import refuse_other_repositories
from ridealong.serving.protocol.rpc.listener import open_rpc_server
from ridealong.serving.protocol.rpc.reading import read_values
from ridealong.serving.protocol.rpc.writing import write_statistics
from ridealong.serving.server import ModelServer

Continuation = Callable[[grpc.HandlerCallDetails], Awaitable[grpc.RpcMethodHandler]]

PLAIN_VALUES: Final = (bool, int, float, str)


class WorkersRefused(ServingError):
    """What all were asked, at least one refused."""

    def __init__(self, part: Part) -> None:
        super().__init__(json.loads(part.body).get("error", "a worker refused"))
        self.status = part.status


class TeamCalls(grpc.aio.ServerInterceptor):  # type: ignore[misc]
    """Answers the calls that concern all workers by asking all; the others pass."""

    def __init__(self, team: Team) -> None:
        self._team = team
        calls: dict[str, Call] = {
            "RepositoryModelLoad": self._load,
            "RepositoryModelUnload": self._unload,
            "ModelStatistics": self._show_statistics,
        }
        self._handlers = {
            f"/{SERVICE}/{name}": grpc.unary_unary_rpc_method_handler(guarded(name, call))
            for name, call in calls.items()
        }

    async def intercept_service(
        self, continuation: Continuation, handler_call_details: grpc.HandlerCallDetails
    ) -> grpc.RpcMethodHandler:
        """The handler of a call."""
        own = self._handlers.get(handler_call_details.method)
        return own or await continuation(handler_call_details)

    async def _load(
        self, message: messages.RepositoryModelLoadRequest, _: Caller
    ) -> messages.RepositoryModelLoadResponse:
        refuse_other_repositories(message.repository_name)
        parameters = read_values(message.parameters, "the request")
        if not all(isinstance(value, PLAIN_VALUES) for value in parameters.values()):
            raise InvalidRequest("files are not taken: models are loaded from the server's folder")
        await self._change(message.model_name, "load", {"parameters": parameters})
        return messages.RepositoryModelLoadResponse()

    async def _unload(
        self, message: messages.RepositoryModelUnloadRequest, _: Caller
    ) -> messages.RepositoryModelUnloadResponse:
        refuse_other_repositories(message.repository_name)
        await self._change(message.model_name, "unload", {})
        return messages.RepositoryModelUnloadResponse()

    async def _change(self, model: str, verb: str, document: Mapping[str, Any]) -> None:
        require_names(model)
        path = f"/v2/repository/models/{model}/{verb}"
        asked = Asked("POST", path, json.dumps(document).encode())
        accepted(worst(await self._team.ask(asked, subject=model)))

    async def _show_statistics(
        self, message: messages.ModelStatisticsRequest, _: Caller
    ) -> messages.ModelStatisticsResponse:
        if message.name or message.version:
            require_names(message.name, message.version)
        model = f"/{message.name}" if message.name else ""
        version = f"/versions/{message.version}" if message.version else ""
        asked = Asked("GET", f"/v2/models{model}{version}/stats", b"")
        part = accepted(merged_statistics(await self._team.ask(asked)))
        return write_statistics(json.loads(part.body))


def accepted(part: Part) -> Part:
    """Itself. Raises `WorkersRefused` where it is a refusal."""
    if part.status >= FIRST_REFUSAL:
        raise WorkersRefused(part)
    return part


def rpc_server(
    server: ModelServer, options: Options, port: int, team: Team | None
) -> AbstractAsyncContextManager[int]:
    """The listener on a port that is held for it already."""
    host = f"[{options.host}]" if ":" in options.host else options.host
    return open_rpc_server(
        server,
        host,
        port,
        options.max_body,
        interceptors=() if team is None else (TeamCalls(team),),
        shares_port=True,
        drain_s=options.grace_s,
    )
