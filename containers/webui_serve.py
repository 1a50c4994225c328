"""Run Open WebUI as a task's container: finish answers before it stops, and let another image have the database.

Every WebUI task runs this text as `python -c` in Open WebUI's image, after `webui_turns.py`.

Open WebUI writes answers in background tasks, of which uvicorn knows nothing: told to stop, it ends at once and leaves
them unfinished for ever. So SIGTERM waits for them. While tasks of another image wait for the database or run on it,
this task answers its health check and tells people to wait, so that ECS keeps it until the new tasks are healthy.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from typing import Any

import psycopg

from containers.webui_turns import RUNS, WAITS, announce, announced, connect

# Seconds from SIGTERM until answers are cut, and until uvicorn gives up: Fargate kills a container after 120.
ANSWERS_END = 100
REQUESTS_END = 110
# Seconds in which a cut answer saves what there is of it.
SAVING = 5
# Seconds without a sign of another image, after which this one goes on: a task's containers start one after the other.
NOBODY_ELSE = 30
PAUSE = 1

APPLICATION = "application"
PAGE = b"""<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="5">
<title>Open WebUI is being updated</title></head><body style="font-family:sans-serif;text-align:center;margin-top:20vh">
<h1>Open WebUI is being updated</h1><p>This page tries again by itself.</p></body></html>"""
DETAIL = b'{"detail": "Open WebUI is being updated. Try again in a few seconds."}'


def log(message: str) -> None:
    """Write one line to the task's log, in the form of the application's own."""
    print(json.dumps({"level": "info", "msg": f"webui-serve: {message}"}), flush=True)


def run_application() -> None:
    """Be uvicorn with Open WebUI, whose SIGTERM waits for the answers that are being written."""
    server = import_module("uvicorn.server").Server
    ends_at_once = server.handle_exit

    def ends_after_answers(self: Any, number: int, frame: object) -> None:
        if number == signal.SIGTERM and not self.should_exit:
            threading.Thread(target=finish, args=(self,), daemon=True).start()
        else:
            ends_at_once(self, number, frame)

    def finish(self: Any) -> None:
        asked = time.monotonic()
        finish_answers(asked + ANSWERS_END)
        self.config.timeout_graceful_shutdown = int(asked + REQUESTS_END - time.monotonic())
        ends_at_once(self, signal.SIGTERM, None)

    server.handle_exit = ends_after_answers
    proxy = import_module("uvicorn.middleware.proxy_headers").ProxyHeadersMiddleware
    believes_all = proxy.__call__

    async def believes_the_load_balancer(self: Any, scope: Any, receive: Any, send: Any) -> None:
        if "headers" in scope:
            scope["headers"] = last_hop(scope["headers"])
        await believes_all(self, scope, receive, send)

    proxy.__call__ = believes_the_load_balancer
    with tempfile.NamedTemporaryFile("w", suffix=".json") as own_loggers:
        # Without uvicorn's own formats its lines are JSON as all others.
        json.dump({"version": 1, "disable_existing_loggers": False}, own_loggers)
        own_loggers.flush()
        words = ["--host", os.environ.get("HOST", "0.0.0.0"), "--port", os.environ.get("PORT", "8080")]  # noqa: S104  (of the task)
        import_module("uvicorn").main(["open_webui.main:app", *words, "--log-config", own_loggers.name])


def last_hop(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Of X-Forwarded-For only what the load balancer added: a caller in its own subnets may have written the rest."""
    name = b"x-forwarded-for"
    hops = [hop for key, value in headers if key == name for hop in value.split(b",")]
    return [(key, value) for key, value in headers if key != name] + [(name, hop.strip()) for hop in hops[-1:]]


def finish_answers(deadline: float) -> None:
    """Wait until Open WebUI writes no answer any more; at the deadline press the stop button of those that go on."""
    module = sys.modules.get("open_webui.tasks")
    if module is None:
        return
    tasks = module.tasks
    while tasks and time.monotonic() < deadline:
        time.sleep(PAUSE / 4)
    for task in list(tasks.values()):
        with suppress(RuntimeError):  # the loop has ended
            task.get_loop().call_soon_threadsafe(task.cancel)
    saved = time.monotonic() + SAVING
    while tasks and time.monotonic() < saved:
        time.sleep(PAUSE / 4)


class Turn:
    """This image's turn on the database; always, where there is none."""

    def __init__(self) -> None:
        self.session: psycopg.Connection[Any] | None = None
        self.runs = False
        self.others_seen = float("-inf")

    def begin(self) -> bool:
        """Whether the application may run now."""
        self.end()
        self.runs = True
        if self.look():
            self.end()
        return self.runs

    def end(self) -> None:
        """The application does not run any more."""
        self.runs = False
        if self.session:
            self.session.close()
            self.session = None

    def look(self) -> bool:
        """Whether tasks of another image want the database; no, while nobody can ask it."""
        if not os.environ.keys() & {"DATABASE_HOST", "DATABASE_URL"}:
            return False
        try:
            if self.session is None:
                self.session = connect()
                if self.runs:
                    # First announce, then look: of two that do so at once, one sees the other.
                    announce(self.session, RUNS)
            if announced(self.session, RUNS, WAITS, same_image=False):
                self.others_seen = time.monotonic()
                return True
        except psycopg.Error:
            self.session = None
        return False


class Page(BaseHTTPRequestHandler):
    """What a task says while another image has the database; no 5xx, of which an alarm rolls the deployment back."""

    def do_GET(self) -> None:
        """Answer a health check, a browser or a program."""
        if self.path.partition("?")[0] == "/health":
            self.answer(200, "application/json", b'{"status": true}')
        elif "text/html" in self.headers.get("Accept", ""):
            self.answer(200, "text/html", PAGE)
        else:
            self.do_POST()

    def do_POST(self) -> None:
        """Tell a program when to come again."""
        self.answer(429, "application/json", DETAIL)

    do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_POST  # noqa: N815  (the base class's names)

    def answer(self, status: int, kind: str, body: bytes) -> None:
        """Send an answer that nobody keeps."""
        self.send_response(status)
        for name, value in (("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")):
            self.send_header(name, value)
        self.send_header("Retry-After", "5")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: the load balancer asks all the time."""


@contextmanager
def page() -> Iterator[None]:
    """Answer in the application's place."""
    address = (os.environ.get("HOST", "0.0.0.0"), int(os.environ.get("PORT", "8080")))  # noqa: S104  (of the task)
    with ThreadingHTTPServer(address, Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield
        server.shutdown()


def ended(process: "subprocess.Popen[bytes]") -> int | None:
    """The exit code of a process that ends within a moment."""
    with suppress(subprocess.TimeoutExpired):
        return process.wait(PAUSE)
    return None


class Task:
    """The application or the page, until SIGTERM."""

    def __init__(self) -> None:
        self.turn = Turn()
        self.stopping = False
        self.application: subprocess.Popen[bytes] | None = None

    def stop(self, *_: object) -> None:
        """Handle SIGTERM, with which ECS stops a task."""
        self.stopping = True
        if self.application:
            self.application.terminate()

    def run(self) -> int:
        """The exit code of the container."""
        while not self.stopping:
            if self.turn.begin():
                code = self.serve()
                if code is not None:
                    return code
            else:
                self.wait()
        return 0

    def serve(self) -> int | None:
        """Run the application to its end; no code when it made way for another image."""
        # The same program with one word more: `python -c` gives no other name for it.
        self.application = application = subprocess.Popen([*sys.orig_argv, APPLICATION])
        if self.stopping:  # since the last look, when there was nothing to end yet
            application.terminate()
        makes_way = False
        while (code := ended(application)) is None:
            if not makes_way and not self.stopping and self.turn.look():
                log("tasks of another image wait for the database: finishing answers, then making way")
                makes_way = True
                application.terminate()
        self.application = None
        self.turn.end()
        if self.stopping:
            return 0
        return None if makes_way else code

    def wait(self) -> None:
        """Show the page until no other image needs the database."""
        log("another image has the database: telling people to wait")
        with page():
            while not self.stopping and time.monotonic() - self.turn.others_seen < NOBODY_ELSE:
                self.turn.look()
                time.sleep(PAUSE)


def main() -> None:
    """Run until SIGTERM, or until the application ends by itself, with its code."""
    if sys.argv[1:] == [APPLICATION]:
        run_application()
        return
    task = Task()
    signal.signal(signal.SIGTERM, task.stop)
    sys.exit(task.run())


if __name__ == "__main__":
    main()
