"""Tasks are stopped as ECS stops them."""

import sys
import time
from pathlib import Path

import pytest

from live.installation import Installation
from live.programs import Program
from live.stage import GATEWAY, Stage
from tests.live.stages import recording_of

TASK = """
import os, pathlib, signal, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

def stop(*_):
    pathlib.Path("stopping").touch()
    sys.exit(0)

signal.signal(signal.SIGTERM, stop)
HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""


def test_a_task_is_deregistered_before_it_is_told_to_stop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = Program(folder=tmp_path / "task", command=(sys.executable, "-c", TASK))
    there = Installation(folder=Path(sys.prefix))
    stage = Stage(recording_of("dev"), there, tmp_path, 8090, others={GATEWAY: program})
    seen: list[tuple[int, bool]] = []

    def change(port: int) -> None:
        time.sleep(0.2)
        seen.append((port, (program.folder / "stopping").exists()))

    monkeypatch.setattr(stage.load_balancer, "register", change)
    monkeypatch.setattr(stage.load_balancer, "deregister", change)
    try:
        stage.start_task(GATEWAY, 1, print)
        assert stage.stop_task(GATEWAY, 1) == 0
    finally:
        stage.processes.stop()
    assert seen == [(stage.slots[GATEWAY][0].port, False)] * 2
    assert (program.folder / "stopping").exists()
