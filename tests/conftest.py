"""What all tests share: the environment stays out, what a test leaves behind is forgotten."""

import gc
import os

import pytest

from tests.containers.migration_containers import RACE_RUN_ON

# An Output in an f-string is a defect; this makes it an exception instead of a log line.
os.environ["PULUMI_ERROR_OUTPUT_STRING"] = "1"
for _name in [name for name in os.environ if name.startswith(("PULUMI_CONFIG", "AWS_REGION", "AWS_DEFAULT_REGION"))]:
    del os.environ[_name]
# Models end on a day: what is refused in a year from now is what is refused today, unless a test sets another day.
os.environ["AS_OF"] = "2026-12-01"


def pytest_configure() -> None:
    """Look for what is left behind when it is cheap."""
    # A recorded run is a web of cycles. Looked for at any moment, among everything that tests keep, they take a third
    # of the tests' time; kept, they slow asyncio down, which walks all tasks. So: after each test, what is new.
    gc.disable()


def pytest_runtest_teardown() -> None:
    """Forget what the test has left behind."""
    gc.collect(0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prove that the migration lock was tested on a real PostgreSQL."""
    for report in terminalreporter.stats.get("passed", []):
        for name, value in getattr(report, "user_properties", []):
            if name == RACE_RUN_ON and report.when == "call":
                terminalreporter.write_line(f"PostgreSQL {value}: {RACE_RUN_ON} it")


def pytest_sessionfinish() -> None:
    """Let Python end without a search through everything that the tests have kept."""
    gc.freeze()
