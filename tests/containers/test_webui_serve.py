"""The application container's program, against a real PostgreSQL and a small stand-in for uvicorn and Open WebUI."""

import json
import os
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from urllib.error import HTTPError

import pytest

from containers.programs import command
from containers.webui_application import Drain, last_hop
from containers.webui_turns import RUNS, WAITS
from tests.containers.migration_containers import SECONDS, Containers, until
from tests.containers.postgresql_server import PostgresServer, free_port

OTHER = "example.com/open-webui:2"
SHORT: Mapping[str, float] = {"NOBODY_ELSE": 2, "PAUSE": 0.1}
"""Seconds that nobody waits for in a test."""

UVICORN = """
import asyncio, os, signal, socket, time
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from types import SimpleNamespace
from uvicorn.server import Server

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"Open WebUI")

def main(words):
    from open_webui.tasks import tasks
    options = dict(zip(words[1::2], words[2::2]))
    web = HTTPServer(("", 0), Handler, bind_and_activate=False)
    web.socket = socket.socket(fileno=int(options["--fd"]))
    Thread(target=web.serve_forever, daemon=True).start()
    server = Server()
    signal.signal(signal.SIGTERM, server.handle_exit)

    async def answer():
        try:
            await asyncio.sleep(float(os.environ["ANSWER_SECONDS"]))
            print("answer is whole", flush=True)
        except asyncio.CancelledError:
            print("answer is cut and saved", flush=True)
        tasks.clear()

    async def serve():
        tasks["1"] = asyncio.create_task(answer())
        print("application runs", flush=True)
        while not server.should_exit:
            await asyncio.sleep(0.05)
        print("application ends", flush=True)

    asyncio.run(serve())
    web.shutdown()  # after the request that it answers, as uvicorn
"""
SERVER = """
from types import SimpleNamespace
class Server:
    should_exit = False
    config = SimpleNamespace()
    def handle_exit(self, number, frame):
        self.should_exit = True
"""


class Task:
    """One application container."""

    def __init__(self, containers: Containers, seconds: Mapping[str, float] = SHORT, **environment: str) -> None:
        self.port = free_port()
        text = command("webui_serve")[2]
        for name, value in seconds.items():
            before, _, after = text.partition(f"\n{name} = ")
            text = f"{before}\n{name} = {value}\n{after.partition(chr(10))[2]}"
        variables = containers.environment | {"HOST": "127.0.0.1", "PORT": str(self.port), "ANSWER_SECONDS": "0"}
        self.log = containers.directory / f"{self.port}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", text],
                env=variables | environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_for(self, text: str, times: int = 1) -> None:
        until(lambda: self.log.read_text().count(text) >= times, f"{text!r} in {self.log.read_text()!r}")

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(SECONDS)

    def get(self, path: str, accept: str = "*/*") -> tuple[int, str]:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers={"Accept": accept})
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310  (an address of its own)
                return answer.status, answer.read().decode()
        except HTTPError as error:
            with error:
                return error.code, error.read().decode()


@pytest.fixture
def containers(tmp_path: Path, server: PostgresServer, database: str) -> Iterator[Containers]:
    containers = Containers(tmp_path, server, database)
    containers.write("uvicorn/__init__.py", UVICORN)
    containers.write("uvicorn/server.py", SERVER)
    containers.write("uvicorn/lifespan/on.py", "class LifespanOn: shutdown = None\n")
    containers.write("uvicorn/middleware/proxy_headers.py", "class ProxyHeadersMiddleware: pass\n")
    containers.write("open_webui/tasks.py", "tasks = {}\n")
    yield containers
    containers.kill()


@pytest.fixture
def started(containers: Containers) -> Iterator[list[Task]]:
    tasks: list[Task] = []
    yield tasks
    for task in tasks:
        with suppress(ProcessLookupError):  # the application too, which outlives its parent
            os.killpg(task.process.pid, signal.SIGKILL)
        task.process.wait()


def start(
    started: list[Task], containers: Containers, seconds: Mapping[str, float] = SHORT, **environment: str
) -> Task:
    started.append(Task(containers, seconds, **environment))
    return started[-1]


@pytest.mark.parametrize(
    ("sent", "believed"),
    [
        ([], []),
        ([b"10.0.32.7"], [b"10.0.32.7"]),
        ([b"6.6.6.6, 10.0.32.7"], [b"10.0.32.7"]),
        ([b"6.6.6.6", b"7.7.7.7,10.0.32.7"], [b"10.0.32.7"]),
    ],
)
def test_only_the_load_balancer_says_where_a_request_comes_from(sent: list[bytes], believed: list[bytes]) -> None:
    other = (b"host", b"chat.example.com")
    headers = [(b"x-forwarded-for", value) for value in sent]
    assert last_hop([*headers, other]) == [other, *((b"x-forwarded-for", value) for value in believed)]


def test_a_task_that_ends_begins_no_other_answer_and_takes_all_other_requests() -> None:
    drain = Drain()
    paths = ("/api/chat/completions", "/api/v1/chat/completions", "/api/v1/chats/1", "/health")
    requests = [{"type": "http", "path": path} for path in paths] + [{"type": "lifespan"}]
    assert [drain.refuses(request) for request in requests] == [False] * 5
    drain.begin()
    assert [drain.refuses(request) for request in requests] == [True, True, False, False, False]


@pytest.mark.parametrize("answer", ["whole", "cut and saved"])
def test_a_task_stops_when_its_answers_are_written_or_saved(
    containers: Containers, started: list[Task], answer: str
) -> None:
    patience = 60 if answer == "whole" else 1
    task = start(started, containers, {**SHORT, "ANSWERS_END": patience}, ANSWER_SECONDS=str(61.5 - patience))
    task.wait_for("application runs")
    assert task.stop() == 0
    assert task.log.read_text().splitlines()[1:] == [f"answer is {answer}", "application ends"]


def test_an_application_that_ends_by_itself_ends_its_task_with_its_code(
    containers: Containers, started: list[Task]
) -> None:
    containers.write("uvicorn/__init__.py", "def main(words): raise SystemExit(3)")
    assert start(started, containers).process.wait(SECONDS) == 3


def test_a_task_without_a_database_asks_nobody(containers: Containers, started: list[Task]) -> None:
    del containers.environment["DATABASE_HOST"]
    task = start(started, containers)
    task.wait_for("application runs")
    assert task.stop() == 0


def test_tasks_of_one_image_run_beside_each_other_and_through_an_outage_of_the_database(
    containers: Containers, started: list[Task], server: PostgresServer
) -> None:
    two = [start(started, containers) for _ in range(2)]
    for task in two:
        task.wait_for("application runs")
    with server.stopped():
        pass
    database = containers.environment["DATABASE_NAME"]
    with server.connect(database) as session:
        query = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND granted"
        until(lambda: session.execute(query, [RUNS]).fetchone() == (2,), "two tasks that say again that they run")
    assert [task.process.poll() for task in two] == [None, None]


def test_another_image_gets_the_database_once_all_answers_are_written(
    containers: Containers, started: list[Task]
) -> None:
    old = start(started, containers, ANSWER_SECONDS="2")
    old.wait_for("application runs")
    migration = containers.start(WEBUI_IMAGE=OTHER)
    migration.wait_for("tasks of another image are finishing their answers")
    assert old.get("/") == (200, "Open WebUI")
    assert migration.exit_code() == 0
    assert "answer is whole\napplication ends" in old.log.read_text(), old.log.read_text()
    new = start(started, containers, WEBUI_IMAGE=OTHER)
    new.wait_for("application runs")

    assert old.get("/health") == (200, '{"status": true}')
    assert old.get("/", accept="text/html,*/*")[0] == 200
    assert "Open WebUI is being updated" in old.get("/", accept="text/html,*/*")[1]
    status, text = old.get("/api/models")
    assert (status, list(json.loads(text))) == (429, ["detail"])
    assert old.stop() == 0


def test_a_task_goes_on_when_the_other_image_has_failed(
    containers: Containers, started: list[Task], server: PostgresServer
) -> None:
    old = start(started, containers)
    old.wait_for("application runs")
    with server.connect(containers.environment["DATABASE_NAME"]) as session:
        session.execute("SELECT pg_advisory_lock_shared(%s, 1)", [WAITS])
        old.wait_for("another image has the database")
    old.wait_for("application runs", times=2)
    assert old.get("/") == (200, "Open WebUI")


def test_nobody_is_refused_while_a_task_hands_its_port_on(
    containers: Containers, started: list[Task], server: PostgresServer
) -> None:
    task = start(started, containers)
    task.wait_for("application runs")
    handed_on = threading.Event()
    with ThreadPoolExecutor() as pool, server.connect(containers.environment["DATABASE_NAME"]) as session:

        def ask() -> set[int]:
            asked = set()
            while not handed_on.is_set():
                asked.add(task.get("/")[0])
            return asked

        callers = [pool.submit(ask) for _ in range(4)]
        session.execute("SELECT pg_advisory_lock_shared(%s, 1)", [WAITS])
        task.wait_for("another image has the database")
        session.execute("SELECT pg_advisory_unlock_shared(%s, 1)", [WAITS])
        task.wait_for("application runs", times=2)
        handed_on.set()
        assert set.union(*(caller.result() for caller in callers)) == {200, 429}
