"""The real Open WebUI of a stack without a gateway: whom it calls; `make live` asks for it."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from live import ROOT
from live.installation import Installation
from live.processes import free_port
from live.stage import WEBUI, Stage
from tests.live.open_webui import DOCUMENT, Person
from tests.support.program import plan

VENV = os.environ.get("LIVE_VENV", "")
STACK = os.environ.get("LIVE_STACK", "dev")
pytestmark = pytest.mark.skipif(not VENV, reason="the real applications take minutes: `make live` runs them")

WATCHED = Path(__file__).parent / "watched"
HERE = {"127.0.0.1", "localhost"}


@pytest.fixture
def data() -> Iterator[Path]:
    # Below the project: PostgreSQL does not run as root, and nobody may not enter pytest's folders.
    folder = ROOT / ".try" / f"alone-{os.getpid()}"
    folder.mkdir(parents=True)
    yield folder
    subprocess.run(["rm", "-rf", str(folder)], check=True)


def test_without_a_gateway_nobody_is_called_and_documents_are_taken_in(
    data: Path, figure: Callable[[str, object], None]
) -> None:
    stage = Stage(plan({"gateway": {"enabled": False}}, stack=STACK), data, free_port())
    there, calls = Installation(folder=Path(VENV)), data / "calls"
    try:
        list(stage.start_data(there))
        started = time.monotonic()
        stage.start_task(there, WEBUI, 1, print, {"PYTHONPATH": str(WATCHED), "CALLS": str(calls)})
        seconds = time.monotonic() - started
        figure("seconds until a task without gateway is healthy on an empty database", round(seconds, 1))
        known = stage.variables(WEBUI, stage.tasks[WEBUI].main)
        nobody = Person(url=f"http://127.0.0.1:{stage.slots[WEBUI][0].port}")
        person = nobody.sign_in(known["WEBUI_ADMIN_EMAIL"], known["WEBUI_ADMIN_PASSWORD"])
        assert person.models() == []
        person.upload("harbour.txt", DOCUMENT)
    finally:
        stage.processes.stop()
    called = set(calls.read_text().split())
    assert called & HERE, "the watch sees calls: Valkey is one"
    assert called <= HERE, "whom nobody named"
