"""A real PostgreSQL for the tests of the containers, and the proof in pytest's summary that it was one."""

import os
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.containers.migration_containers import RACE_RUN_ON
from tests.containers.postgresql_server import PostgresServer, UnavailableError


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    """Skips without PostgreSQL; with REQUIRE_POSTGRESQL=1, as in CI, its absence is a failure."""
    try:
        server = PostgresServer()
        server.start()
    except UnavailableError as reason:
        if os.environ.get("REQUIRE_POSTGRESQL") == "1":
            pytest.fail(f"REQUIRE_POSTGRESQL=1, but {reason}")
        pytest.skip(str(reason))
    yield server
    server.remove()


@pytest.fixture
def database(server: PostgresServer) -> str:
    """The name of a new, empty database."""
    return server.new_database()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    races = Counter(
        value
        for report in terminalreporter.stats.get("passed", [])
        for name, value in getattr(report, "user_properties", [])
        if name == RACE_RUN_ON and report.when == "call"
    )
    for version, times in races.items():
        terminalreporter.write_line(f"PostgreSQL {version}: migration race run {times} times")
