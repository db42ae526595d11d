"""HTTP edge of `inference`: everything under /v2 is the protocol's own ASGI edge."""

from fastapi import FastAPI
from starlette.routing import Mount, Route

from ridealong.serving.openapi import describe
from ridealong.serving.rest import RestEdge


def mount_edge(app: FastAPI, edge: RestEdge) -> None:
    """Hand /v2 to the protocol's edge, and describe it in our OpenAPI page."""
    app.router.routes.extend([Route("/v2", edge, include_in_schema=False), Mount("/v2", edge)])
    own_openapi = app.openapi
    app.openapi = lambda: describe(own_openapi())  # type: ignore[method-assign]
