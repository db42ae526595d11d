"""A throw-away service for these tests: answers with its process id, and remembers events."""

import os
import sys
from pathlib import Path
from typing import Any

import httpx2
import uvicorn
from fastapi import FastAPI, HTTPException, Request

app = FastAPI()
heard: list[str] = []


@app.get("/healthz")
async def healthy() -> dict[str, bool]:
    return {"ok": True}


@app.get("/readyz")
async def ready() -> dict[str, bool]:
    """As our services: callers are let in only after the sidecar's own first probe."""
    us = f"http://127.0.0.1:{os.environ['DAPR_HTTP_PORT']}/v1.0/invoke/{os.environ['APP_ID']}"
    headers = {"dapr-api-token": os.environ.get("DAPR_API_TOKEN", "")}
    async with httpx2.AsyncClient() as client:
        answer = await client.get(f"{us}/method/healthz", headers=headers)
    if not answer.is_success:
        raise HTTPException(503)
    return {"ok": True}


@app.get("/who")
async def who(request: Request) -> dict[str, Any]:
    token = request.headers.get("dapr-api-token")
    return {
        "app_id": os.environ["APP_ID"],
        "pid": os.getpid(),
        "port": os.environ["APP_PORT"],
        "token_is_ours": token == os.environ["APP_API_TOKEN"],
        "exporter": os.environ.get("OTEL_TRACES_EXPORTER"),
        "trace": request.headers.get("traceparent"),
    }


@app.get("/dapr/subscribe")
async def subscriptions() -> list[dict[str, str]]:
    if os.environ["APP_ID"] != "aggregation":
        return []
    return [
        {
            "pubsubname": "pubsub",
            "topic": "tests.v1",
            "route": "/events/tests.v1",
            "deadLetterTopic": "tests.v1.aggregation.dead",
        }
    ]


@app.post("/events/tests.v1")
async def hear(request: Request) -> dict[str, str]:
    event = await request.json()
    heard.append(event["data"]["name"])
    return {"status": "SUCCESS"}


@app.get("/heard")
async def everything_heard() -> list[str]:
    return heard


if __name__ == "__main__":
    Path(sys.argv[1]).touch() if len(sys.argv) > 1 else None
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["APP_PORT"]), log_level="warning")
