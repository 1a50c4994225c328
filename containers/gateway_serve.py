"""Run a gateway's processes in its task's container, and tell people in plain words when a model cannot answer.

A gateway's task runs this text as `python -c` in the engine's image, before that of `access_gateway.py` or
`litellm_gateway.py`, which say what the application is. So there is no module that uvicorn's own workers could import.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, MutableMapping
from importlib import import_module
from typing import Any

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Any, Send], Awaitable[None]]

# A worker that ends sooner than that never served: the task ends too, and ECS says why.
STARTED = 60
PAUSE = 0.5

MODELS = "/api/v1/models"
OK = 200
FIRST_ERROR = 400
TOO_MANY = 429
BUSY = "The model has more requests than Amazon Bedrock takes at the moment. Try again in a minute."
DENIED = "Amazon Bedrock does not let this gateway call the model. An administrator finds the reason in its log."
THROTTLED = re.compile(r"throttl|too many (?:requests|tokens)|ServiceQuotaExceeded", re.IGNORECASE)
REFUSED = re.compile(r"AccessDenied|not authorized to perform|don't have access to the model|UnrecognizedClient")
# What AWS calls things of an account, and the account.
OF_THE_ACCOUNT = re.compile(r"arn:aws[\w-]*:[^\s\"',]+|\b\d{12}\b")
STREAMED_ERROR = re.compile(rb'^data: (\{"error":.*\})$', re.MULTILINE)


def log(message: str) -> None:
    """Write one line to the task's log."""
    print(json.dumps({"level": "warning", "msg": f"gateway-serve: {message}"}), flush=True)


def in_plain_words(text: str, status: int) -> str:
    """What a person may read of an error: nothing that names the account, its roles or other things in it."""
    if status == TOO_MANY or THROTTLED.search(text):
        return BUSY
    if REFUSED.search(text):
        return DENIED
    return OF_THE_ACCOUNT.sub("(hidden)", text)


def plain(body: bytes, status: int = 0) -> bytes:
    """An error's body with its `detail` or `message` in plain words; the log has the original."""
    try:
        value = json.loads(body)
    except ValueError:
        value = {"detail": body.decode(errors="replace")}

    def walk(part: Any, key: str = "") -> Any:
        if isinstance(part, dict):
            return {name: walk(inner, name) for name, inner in part.items()}
        if isinstance(part, list):
            return [walk(inner, key) for inner in part]
        if isinstance(part, str):
            return in_plain_words(part, status if key in ("detail", "message") else 0)
        return part

    told = json.dumps(walk(value)).encode()
    if json.loads(told) != value:
        log(f"told in plain words: {body.decode(errors='replace')}")
    return told


def with_plain_errors(application: Application) -> Application:
    """The application, whose errors are plain: as answers with an error's status, and as events of a stream."""

    async def told(scope: Any, receive: Any, send: Send) -> None:
        start: Message = {}
        body = b""

        async def send_plain(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and message["status"] >= FIRST_ERROR:
                start = message
                return
            if message["type"] == "http.response.body" and start:
                body += message.get("body", b"")
                if message.get("more_body"):
                    return
                body = plain(body, start["status"])
                changed = (b"content-length", b"content-type")
                kept = [(name, value) for name, value in start["headers"] if name.lower() not in changed]
                length = (b"content-length", str(len(body)).encode())
                await send({**start, "headers": [*kept, length, (b"content-type", b"application/json")]})
                message = {"type": "http.response.body", "body": body}
            elif message["type"] == "http.response.body" and b'data: {"error":' in message.get("body", b""):
                events = STREAMED_ERROR.sub(lambda found: b"data: " + plain(found[1]), message["body"])
                message = {**message, "body": events}
            await send(message)

        await application(scope, receive, send_plain if scope["type"] == "http" else send)

    return told


def with_shown_models(application: Application) -> Application:
    """The application, which lists the models of SHOWN_MODELS, with their names, to whom it lists any."""
    shown = os.environ.get("SHOWN_MODELS", "").encode()

    async def lists(scope: Any, receive: Any, send: Send) -> None:
        answers = False

        async def send_shown(message: Message) -> None:
            nonlocal answers
            if message["type"] == "http.response.start":
                answers = message["status"] == OK
                headers = [(b"content-type", b"application/json"), (b"content-length", str(len(shown)).encode())]
                message = {**message, "headers": headers} if answers else message
            elif answers and message.get("more_body"):
                return
            elif answers:
                message = {"type": "http.response.body", "body": shown}
            await send(message)

        await application(scope, receive, send_shown if scope.get("path") == MODELS else send)

    return lists if shown else application


def serve(factory: str) -> None:
    """Be a worker that runs what `factory` of this program makes, or the parent of UVICORN_WORKERS of them."""
    if sys.argv[1:]:
        words = ["--factory", "--fd", sys.argv[1], "--workers", "1"]
        import_module("uvicorn").main([f"__main__:{factory}", *words])
        return
    address = (os.environ.get("HOST", "0.0.0.0"), int(os.environ["PORT"]))  # noqa: S104  (of the task)
    with socket.create_server(address, backlog=2048) as listener:
        # Accepted connections inherit it; asyncio, which is given the bare descriptor, does not set it itself.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sys.exit(Workers(listener.fileno(), int(os.environ.get("UVICORN_WORKERS", "1"))).run())


class Workers:
    """Processes that answer what comes to one listening socket."""

    def __init__(self, descriptor: int, count: int) -> None:
        self.descriptor = descriptor
        self.count = count
        self.running: dict[subprocess.Popen[bytes], float] = {}
        self.stopping = False

    def stop(self, *_: object) -> None:
        """Handle SIGTERM, with which ECS stops a task: each worker ends after its last answer."""
        self.stopping = True
        for worker in self.running:
            worker.terminate()

    def run(self) -> int:
        """Replace workers that end, until SIGTERM; the code of one that ends before it served."""
        signal.signal(signal.SIGTERM, self.stop)
        while not self.stopping:
            self.start()
            time.sleep(PAUSE)
            if code := self.missing():
                self.stop()
                return code
        self.stop()  # also one that was being started when SIGTERM came
        for worker in self.running:
            worker.wait()
        return 0

    def start(self) -> None:
        """Start as many as are missing."""
        while len(self.running) < self.count:
            worker = subprocess.Popen([*sys.orig_argv, str(self.descriptor)], pass_fds=[self.descriptor])
            self.running[worker] = time.monotonic()

    def missing(self) -> int:
        """Forget workers that have ended; the code of one that never served, else 0."""
        for worker in [worker for worker in self.running if worker.poll() is not None]:
            served = time.monotonic() - self.running.pop(worker)
            log(f"a worker has ended with {worker.returncode}")
            if served < STARTED and not self.stopping:
                return worker.returncode or 1
        return 0
