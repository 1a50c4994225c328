"""The gateways' programs: what reaches people of an error, who gets in, and how the workers live and end."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from containers.gateway_serve import BUSY, DENIED, Application, Send, with_plain_errors, with_shown_models
from containers.litellm_gateway import guarded
from containers.programs import command
from tests.containers.migration_containers import SECONDS, until
from tests.containers.postgresql_server import free_port

ROLE = "arn:aws:sts::123456789012:assumed-role/gateway-task-1a2b3c4/0123456789abcdef"
MODEL = "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0"
NOT_ALLOWED = (
    "An error occurred (AccessDeniedException) when calling the Converse operation: "
    f"User: {ROLE} is not authorized to perform: bedrock:InvokeModel on resource: {MODEL}"
)
TOO_MANY = "An error occurred (ThrottlingException) when calling the Converse operation: Too many tokens, please wait."


def application(status: int, *pieces: bytes, kind: bytes = b"application/json") -> Application:
    """One that always answers so, in pieces."""

    async def answer(_scope: Any, _receive: Any, send: Send) -> None:
        length = (b"content-length", str(sum(map(len, pieces))).encode())
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", kind), length]})
        for number, piece in enumerate(pieces, 1):
            await send({"type": "http.response.body", "body": piece, "more_body": number < len(pieces)})

    return answer


def asked(app: Application, path: str = "/api/v1/models", key: str = "") -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of its answer."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "path": path, "headers": [(b"authorization", f"Bearer {key}".encode())] if key else []}

    async def ask() -> None:
        await app(scope, None, send)

    asyncio.run(ask())
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(message["body"] for message in sent[1:])


@pytest.mark.parametrize(
    ("status", "told", "plain"),
    [
        (500, NOT_ALLOWED, DENIED),
        (429, TOO_MANY, BUSY),
        (429, "Slow down.", BUSY),
        (500, TOO_MANY, BUSY),
        (400, f"The model {MODEL} wants no images.", "The model (hidden) wants no images."),
        (500, "Account 123456789012 is suspended.", "Account (hidden) is suspended."),
        (400, "messages: first message must use the user role", "messages: first message must use the user role"),
    ],
)
@pytest.mark.parametrize("form", ["detail", "message"])
def test_people_read_no_name_of_the_account_and_what_they_can_do(status: int, told: str, plain: str, form: str) -> None:
    def body(text: str) -> dict[str, Any]:
        return {"detail": text} if form == "detail" else {"error": {"message": text, "type": None, "code": str(status)}}

    whole = json.dumps(body(told)).encode()
    answered, headers, answer = asked(with_plain_errors(application(status, whole[:20], whole[20:])))
    assert (answered, json.loads(answer)) == (status, body(plain))
    assert headers["content-length"] == str(len(answer))


def test_an_error_that_is_no_json_is_told_as_detail() -> None:
    _, _, answer = asked(with_plain_errors(application(500, NOT_ALLOWED.encode(), kind=b"text/plain")))
    assert json.loads(answer) == {"detail": DENIED}


def test_an_error_in_a_stream_is_plain_and_what_the_model_says_of_arns_is_left_alone() -> None:
    said = b'data: {"choices": [{"delta": {"content": "an ARN is arn:aws:iam::123456789012:role/x"}}]}\n\n'
    event = b"data: " + json.dumps({"error": {"message": TOO_MANY}}).encode() + b"\n\n"
    _, _, answer = asked(with_plain_errors(application(200, said, event, kind=b"text/event-stream")))
    assert answer == said + b"data: " + json.dumps({"error": {"message": BUSY}}).encode() + b"\n\n"


def test_the_log_has_what_was_not_told(capsys: pytest.CaptureFixture[str]) -> None:
    asked(with_plain_errors(application(500, json.dumps({"detail": NOT_ALLOWED}).encode())))
    assert ROLE in capsys.readouterr().out


@pytest.mark.parametrize(
    ("path", "key", "status"),
    [
        ("/api/v1/models", "right", 200),
        ("/api/v1/chat/completions", "right", 200),
        ("/api/v1/embeddings", "right", 200),
        ("/health/liveliness", "", 200),
        ("/api/v1/models", "", 401),
        ("/api/v1/chat/completions", "wrong", 401),
        ("/ui", "right", 404),
        ("/key/generate", "right", 404),
        ("/v1/models", "right", 404),
        ("/health", "right", 404),
        ("/api/v1/models/../../key/generate", "right", 404),
    ],
)
def test_litellm_answers_three_paths_with_the_key_and_its_health_check(path: str, key: str, status: int) -> None:
    answered, _, body = asked(guarded(application(200, b"{}"), "right"), path, key)
    assert answered == status
    assert status == 200 or json.loads(body)["error"]["code"] == status


UVICORN = """
import http.server, importlib, os, signal, socket, sys
def main(words):
    assert words[0] == "__main__:application" and words[1:3] == ["--factory", "--fd"], words
    assert words[4:] == ["--workers", "1"], words
    importlib.import_module("__main__").application()
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path == "/die":
                os._exit(9)
            self.send_response(200); self.send_header("content-length", "0"); self.send_header("pid", str(os.getpid()))
            self.end_headers()
    server = http.server.HTTPServer(("127.0.0.1", 0), Handler, bind_and_activate=False)
    server.socket = socket.socket(fileno=int(words[3]))
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    server.serve_forever()
"""
"""A stand-in for uvicorn: it takes the words of its command line that the program uses."""


class Gateway:
    """The Access Gateway's program with two workers; uvicorn and the gateway itself are stand-ins."""

    def __init__(self, folder: Path, application: str = "app = None") -> None:
        (folder / "uvicorn.py").write_text(UVICORN)
        (folder / "api" / "models").mkdir(parents=True)
        (folder / "api" / "app.py").write_text(application)
        (folder / "api" / "models" / "bedrock.py").write_text("class TitanEmbeddingsModel:\n    embed = None\n")
        self.port = free_port()
        words = [sys.executable, *command("access_gateway")[1:]]
        env = {"PATH": os.defpath, "HOST": "127.0.0.1", "PORT": str(self.port), "UVICORN_WORKERS": "2"}
        self.process = subprocess.Popen(words, cwd=folder, env=env, stdout=subprocess.DEVNULL)

    def get(self, path: str = "/") -> str:
        """The id of the worker that answers; empty when none does."""
        url = f"http://127.0.0.1:{self.port}{path}"
        with suppress(OSError, HTTPException), urllib.request.urlopen(url, timeout=5) as answer:
            return str(answer.headers["pid"])
        return ""

    def workers(self) -> set[str]:
        """The ids of both workers, once each has answered."""
        seen: set[str] = set()

        def both() -> bool:
            seen.update({self.get()} - {""})
            return len(seen) > 1

        until(both, "two workers answer")
        return seen


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    gateway = Gateway(tmp_path)
    yield gateway
    gateway.process.kill()
    gateway.process.wait()


def is_alive(pid: str) -> bool:
    """Whether a process runs, and is no zombie."""
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def test_each_worker_answers_and_all_end_with_the_task(gateway: Gateway) -> None:
    workers = gateway.workers()
    gateway.process.send_signal(signal.SIGTERM)
    assert gateway.process.wait(SECONDS) == 0
    assert not any(map(is_alive, workers))


def test_a_worker_that_dies_before_it_served_for_long_ends_the_task(gateway: Gateway) -> None:
    workers = gateway.workers()
    gateway.get("/die")
    assert gateway.process.wait(SECONDS) == 9
    until(lambda: not any(map(is_alive, workers)), "the other worker ends too")


def test_an_application_that_does_not_load_ends_the_task_with_its_code(tmp_path: Path) -> None:
    gateway = Gateway(tmp_path, "import os; os._exit(7)")
    assert gateway.process.wait(SECONDS) == 7


def test_the_list_has_the_names_that_the_stack_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = b'{"object": "list", "data": [{"id": "a", "name": "A"}]}'
    monkeypatch.setenv("SHOWN_MODELS", shown.decode())
    listed = with_shown_models(application(200, b'{"object": "list", ', b'"data": []}'))
    status, headers, body = asked(listed)
    assert (status, body) == (200, shown)
    assert headers == {"content-type": "application/json", "content-length": str(len(shown))}
    assert asked(listed, "/api/v1/chat/completions")[2] == b'{"object": "list", "data": []}'


def test_nobody_is_shown_the_list_whom_the_engine_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOWN_MODELS", "{}")
    assert asked(with_shown_models(application(401, b'{"detail": "no"}')))[::2] == (401, b'{"detail": "no"}')


def test_without_names_the_engine_lists_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHOWN_MODELS", raising=False)
    engine = application(200, b"{}")
    assert with_shown_models(engine) is engine
