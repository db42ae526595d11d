"""A gateway that is told to stop ends its streams cleanly, so that readers resume elsewhere."""

import http.client
import json
import signal
import subprocess
import sys
import time

# The key is given by the test through /keys, as no APP_API_TOKEN is set here.
SERVE = """
import socket, uvicorn
from tests.gateway.services import World, impatient
world = World()
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
app = impatient(world, heartbeat_s=60)
config = uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=20)
uvicorn.Server(config).run(sockets=[listener])
"""


def ask(port: int, method: str, path: str, body: str | None, **headers: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, named)
    reply = connection.getresponse()
    content = reply.read()
    connection.close()
    return content


def test_a_stream_ends_cleanly_when_the_gateway_stops() -> None:
    process = subprocess.Popen([sys.executable, "-c", SERVE], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        port = int(process.stdout.readline())
        wait_until_it_serves(port)
        new = json.dumps({"tenant": "acme", "scopes": ["messages:write", "messages:read"]})
        as_json = {"content_type": "application/json"}
        key = json.loads(ask(port, "POST", "/keys", new, **as_json))["key"]
        bearer = {"authorization": f"Bearer {key}"}
        sent = ask(
            port,
            "POST",
            "/v1/messages",
            '{"text": "Hi"}',
            prefer="respond-async",
            **as_json,
            **bearer,
        )
        stream = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        stream.request("GET", json.loads(sent)["status_url"] + "/events", headers=bearer)
        reply = stream.getresponse()
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        rest = reply.read()  # raises where the stream was cut off without its end
        took_s = time.monotonic() - began
        status = process.wait(10)
        stream.close()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()

    assert reply.status == 200
    assert b"data:" not in rest
    assert took_s < 5
    assert status in (0, -signal.SIGTERM)


def wait_until_it_serves(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            if ask(port, "GET", "/healthz", None):
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the gateway never served")
