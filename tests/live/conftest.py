"""Figures that the tests of the real applications measure, and the report of `make live`."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.live.report import Result, is_figure, page, table, versions

VENV = os.environ.get("LIVE_VENV", "")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the tests of the real applications run only where those are installed."""
    skip = pytest.mark.skip(reason="the real applications take minutes: `make live` runs them")
    for item in items:
        if item.get_closest_marker("real") and not VENV:
            item.add_marker(skip)


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Callable[[str, object], None]:
    """Records what was measured, and its value."""
    return record_property


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what ran as a table; with LIVE_REPORT, write it there with versions and limits."""
    if not VENV:
        return
    reports = [
        report
        for outcome in ("passed", "failed", "error")
        for report in terminalreporter.stats.get(outcome, [])
        if report.when == "call" and "real" in report.keywords
    ]
    results = [
        Result(
            name=report.location[2],
            outcome=report.outcome,
            seconds=report.duration,
            is_long="long" in report.keywords,
            figures=tuple(entry for entry in report.user_properties if is_figure(entry[0])),
        )
        for report in sorted(reports, key=lambda report: report.start)
    ]
    for line in table(results):
        terminalreporter.write_line(line)
    if target := os.environ.get("LIVE_REPORT"):
        gateway = "a checkout" if os.environ.get("LIVE_SRC") else "the stand-in"
        stack, load = os.environ.get("LIVE_STACK", "dev"), os.getloadavg()[0]
        page_before = Path(target).read_text() if Path(target).exists() else ""
        text = page(results, stack=stack, gateway=gateway, packages=versions(Path(VENV)), load=load, before=page_before)
        Path(target).write_text(text)
