"""Run Open WebUI as a task's container: finish answers before it stops, and let another image have the database.

Every WebUI task runs this text as `python -c` in Open WebUI's image, after the modules that it imports from here.

While tasks of another image wait for the database or run on it,
this task answers its health check and tells people to wait, so that ECS keeps it until the new tasks are healthy.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from typing import Any

import psycopg

from containers.webui_application import PAUSE, run_application
from containers.webui_page import listen, page
from containers.webui_turns import RUNS, WAITS, announce, announced, connect, log_line

# Seconds without a sign of another image, after which this one goes on: a task's containers start one after the other.
NOBODY_ELSE = 30

APPLICATION = "application"


def log(message: str) -> None:
    """Write one line to the task's log."""
    log_line("webui-serve", message)


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
