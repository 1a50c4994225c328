"""Run Open WebUI as a task's container: finish answers before it stops, and let another image have the database.

Every WebUI task runs this text as `python -c` in Open WebUI's image, after `webui_page.py` and `webui_turns.py`.

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
from contextlib import suppress
from importlib import import_module
from typing import Any

import psycopg

from containers.webui_page import listen, page
from containers.webui_turns import RUNS, WAITS, announce, announced, connect, log_line

# Seconds from SIGTERM until answers are cut, and until uvicorn gives up: Fargate kills a container after 120.
ANSWERS_END = 100
REQUESTS_END = 110
# Seconds in which a cut answer saves what there is of it.
SAVING = 5
# Seconds without a sign of another image, after which this one goes on: a task's containers start one after the other.
NOBODY_ELSE = 30
PAUSE = 1

APPLICATION = "application"


def log(message: str) -> None:
    """Write one line to the task's log."""
    log_line("webui-serve", message)


def run_application(listener: str) -> None:
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
        import_module("uvicorn").main(["open_webui.main:app", "--fd", listener, "--log-config", own_loggers.name])


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
        if "DATABASE_HOST" not in os.environ:
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


def ended(process: "subprocess.Popen[bytes]") -> int | None:
    """The exit code of a process that ends within a moment."""
    with suppress(subprocess.TimeoutExpired):
        return process.wait(PAUSE)
    return None


class Task:
    """The application or the page, until SIGTERM."""

    def __init__(self) -> None:
        self.listener = listen()
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
        # The same program with words of its own: `python -c` gives no other name for it.
        port = self.listener.fileno()
        self.application = application = subprocess.Popen([*sys.orig_argv, APPLICATION, str(port)], pass_fds=[port])
        if self.stopping:  # since the last look, when there was nothing to end yet
            application.terminate()
        makes_way = False
        while (code := ended(application)) is None:
            if self.stopping:
                self.listener.close()
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
        with page(self.listener):
            while not self.stopping and time.monotonic() - self.turn.others_seen < NOBODY_ELSE:
                self.turn.look()
                time.sleep(PAUSE)


def main() -> None:
    """Run until SIGTERM, or until the application ends by itself, with its code."""
    if sys.argv[1:2] == [APPLICATION]:
        run_application(sys.argv[2])
        return
    task = Task()
    signal.signal(signal.SIGTERM, task.stop)
    sys.exit(task.run())


if __name__ == "__main__":
    main()
