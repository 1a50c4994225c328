"""The real Open WebUI of a stack without a gateway: whom it calls; `make live` asks for it."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from live.stage import WEBUI
from tests.live.open_webui import DOCUMENT, Person
from tests.live.running import STACK, applications
from tests.support.program import plan

pytestmark = pytest.mark.real

WATCHED = Path(__file__).parent / "watched"
HERE = {"127.0.0.1", "localhost"}


def test_without_a_gateway_nobody_is_called_and_documents_are_taken_in(figure: Callable[[str, object], None]) -> None:
    recording = plan({"gateway": {"enabled": False}}, stack=STACK)
    with applications("alone", recording, begin=False) as live:
        stage = live.stage
        calls = stage.data / "calls"
        list(stage.start_data())
        started = time.monotonic()
        live.start(1, {"PYTHONPATH": str(WATCHED), "CALLS": str(calls)})
        seconds = time.monotonic() - started
        figure("seconds until a task without gateway is healthy on an empty database", round(seconds, 1))
        known = stage.variables(WEBUI, stage.tasks[WEBUI].main)
        nobody = Person(url=f"http://127.0.0.1:{stage.slots[WEBUI][0].port}")
        person = nobody.sign_in(known["WEBUI_ADMIN_EMAIL"], known["WEBUI_ADMIN_PASSWORD"])
        assert person.models() == []
        person.upload("harbour.txt", DOCUMENT)
        person.get("/api/version/updates")
        called = set(calls.read_text().split())
    assert called & HERE, "the watch sees calls: Valkey is one"
    assert called <= HERE, "whom nobody named"
