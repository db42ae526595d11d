"""The protocol over gRPC: one table of methods in front of a model server.

A caller that cancels, or whose deadline passes, cancels the task that answers it, and with it the
job in the queue.
"""

import grpc

from ridealong.serving.errors import InvalidRequest, ModelNotReady
from ridealong.serving.protocol.rest import EXTENSIONS, SERVER_NAME, SERVER_VERSION
from ridealong.serving.protocol.rpc import open_inference_pb2 as messages
from ridealong.serving.protocol.rpc.calls import SERVICE, Call, Caller, Message, guarded
from ridealong.serving.protocol.rpc.reading import read_infer_message, read_values
from ridealong.serving.protocol.rpc.writing import (
    write_index,
    write_infer_message,
    write_metadata,
    write_statistics,
)
from ridealong.serving.server import ModelServer


class RpcEdge:
    """The methods of `inference.GRPCInferenceService` over a model server."""

    def __init__(self, server: ModelServer) -> None:
        self._server = server

    def handler(self) -> grpc.GenericRpcHandler:
        """What a gRPC server is given."""
        calls: dict[str, Call] = {
            "ServerLive": self._is_live,
            "ServerReady": self._is_ready,
            "ModelReady": self._is_model_ready,
            "ServerMetadata": self._describe_server,
            "ModelMetadata": self._describe_model,
            "ModelInfer": self._infer,
            "ModelStatistics": self._show_statistics,
            "RepositoryIndex": self._show_index,
            "RepositoryModelLoad": self._load,
            "RepositoryModelUnload": self._unload,
        }
        handlers = {
            name: grpc.unary_unary_rpc_method_handler(guarded(name, call))
            for name, call in calls.items()
        }
        return grpc.method_handlers_generic_handler(SERVICE, handlers)

    async def _infer(self, message: messages.ModelInferRequest, caller: Caller) -> Message:
        request = read_infer_message(
            message, time_left_s=caller.time_left_s, tenant=caller.metadata.get("tenant")
        )
        version = message.model_version or None
        answer = await self._server.infer(message.model_name, version, request)
        return write_infer_message(answer, raw=bool(message.raw_input_contents))

    async def _is_live(self, _: Message, __: Caller) -> Message:
        return messages.ServerLiveResponse(live=True)

    async def _is_ready(self, _: Message, __: Caller) -> Message:
        return messages.ServerReadyResponse(ready=self._server.is_ready)

    async def _is_model_ready(self, message: messages.ModelReadyRequest, _: Caller) -> Message:
        try:
            self._server.find(message.name, message.version or None)
        except ModelNotReady:
            return messages.ModelReadyResponse(ready=False)
        return messages.ModelReadyResponse(ready=True)

    async def _describe_server(self, _: Message, __: Caller) -> Message:
        return messages.ServerMetadataResponse(
            name=SERVER_NAME, version=SERVER_VERSION, extensions=EXTENSIONS
        )

    async def _describe_model(self, message: messages.ModelMetadataRequest, _: Caller) -> Message:
        name, version = message.name, message.version or None
        await self._server.ready_model(name, version)
        return write_metadata(self._server.metadata(name, version))

    async def _show_statistics(
        self, message: messages.ModelStatisticsRequest, _: Caller
    ) -> Message:
        return write_statistics(
            self._server.statistics(message.name or None, message.version or None)
        )

    async def _show_index(self, message: messages.RepositoryIndexRequest, _: Caller) -> Message:
        refuse_other_repositories(message.repository_name)
        return write_index(self._server.index(only_ready=message.ready))

    async def _load(self, message: messages.RepositoryModelLoadRequest, _: Caller) -> Message:
        refuse_other_repositories(message.repository_name)
        parameters = read_values(message.parameters, "the request")
        await self._server.load(message.model_name, parameters)
        return messages.RepositoryModelLoadResponse()

    async def _unload(self, message: messages.RepositoryModelUnloadRequest, _: Caller) -> Message:
        refuse_other_repositories(message.repository_name)
        await self._server.unload(message.model_name)
        return messages.RepositoryModelUnloadResponse()


def refuse_other_repositories(name: str) -> None:
    """There is one, and it has no name."""
    if name:
        raise InvalidRequest("repository_name must be empty: there is one repository")
