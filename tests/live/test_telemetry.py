"""The real Open WebUI tells the collector beside it what people do: traces, metrics and logs, each when it is on."""

import sys
import time
from collections.abc import Callable

import pytest

from live import ROOT
from live.programs import Program
from live.stage import WEBUI
from tests.live.running import MODEL, STACK, applications
from tests.support.program import environment, plan

pytestmark = pytest.mark.real

COLLECTOR = Program(folder=ROOT, command=(sys.executable, "-m", "tests.live.collector"))
WANTED = {
    "traces": ["/api/chat/completions", "SELECT"],
    "metrics": ["http.server.requests", "/api/chat/completions", "webui.users.total"],
    "logs": ["open_webui"],
}
"""Texts that each signal holds: requests, queries of the database, who is there."""
WAIT = 60
"""Seconds; Open WebUI sends metrics every ten."""


@pytest.mark.parametrize("signals", [["traces", "metrics", "logs"], ["metrics"]], ids=" ".join)
def test_what_people_do_reaches_the_collector_beside_open_webui(
    signals: list[str], figure: Callable[[str, object], None]
) -> None:
    recording = plan({"telemetry": dict.fromkeys(signals, True)}, stack=STACK)
    name = environment(recording, WEBUI, WEBUI)["OTEL_SERVICE_NAME"]
    with applications("telemetry", recording, others={f"{WEBUI}/telemetry": COLLECTOR}) as live:
        live.person.ask("Who is there?", MODEL)
        asked = time.monotonic()
        log = live.stage.processes.log("telemetry")
        while missing := lacking(log.read_text(), signals, name):
            assert time.monotonic() < asked + WAIT, missing
            time.sleep(0.5)
        figure("seconds until the collector has all", round(time.monotonic() - asked, 1))
        told = live.stage.processes.log(WEBUI).read_text()
        assert "StatusCode.UNIMPLEMENTED" not in told, "what the collector has no pipeline for"


def lacking(log: str, signals: list[str], service: str) -> set[tuple[str, str]]:
    """Signal and text that the collector has not seen from the service."""
    lines = [line for line in log.splitlines() if service in line]
    return {
        (signal, text)
        for signal in signals
        for text in WANTED[signal]
        if not any(line.startswith(f"{signal} ") and text in line for line in lines)
    }
