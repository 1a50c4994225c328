"""A real PostgreSQL for the tests of the containers."""

import os
from collections.abc import Iterator

import pytest

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
    """The name of an empty database."""
    return server.empty_database()
