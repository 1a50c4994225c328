"""Fixtures of the tests that run a Pulumi CLI."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scripts.pulumi_cli import find_cli
from tests.engine.given_account import prepare_account
from tests.engine.machinery import Machinery
from tests.engine.process import StandIn
from tests.engine.stage import Stage


@pytest.fixture(scope="session")
def machinery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machinery]:
    """Skips without a CLI or providers; with REQUIRE_ENGINE=1, as in CI, their absence is a failure."""
    if lacking := _lacking():
        if os.environ.get("REQUIRE_ENGINE") == "1":
            pytest.fail(f"REQUIRE_ENGINE=1, but {lacking}")
        pytest.skip(lacking)
    folder = tmp_path_factory.mktemp("engine")
    account = StandIn.start(folder / "stand-in.log")
    machinery = Machinery(folder, _plugins(), account, prepare_account(account))
    yield machinery
    machinery.stop()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say once why all tests were skipped."""
    skipped = terminalreporter.stats.get("skipped", [])
    for reason in {report.longrepr[2] for report in skipped if report.nodeid.startswith("tests/engine/")}:
        terminalreporter.write_line(reason)


@pytest.fixture
def fork(machinery: Machinery, tmp_path: Path) -> Iterator[Callable[[str], Stage]]:
    """Gives forks of deployed stacks by name; their servers end with the test, their folders are deleted."""
    stages: list[Stage] = []

    def make(name: str) -> Stage:
        stages.append(machinery.fork(name, tmp_path / f"stage{len(stages)}"))
        return stages[-1]

    yield make
    for stage in stages:
        stage.aws.stop()
        shutil.rmtree(stage.folder)


def _lacking() -> str:
    """What is not on this machine, in one line; empty when the engine can run."""
    cli = find_cli()
    if cli is None:
        return "there is no Pulumi CLI on PATH or in ~/.pulumi: the engine's tests need one"
    listed = subprocess.run([str(cli), "plugin", "ls", "--json"], check=True, capture_output=True, text=True).stdout
    installed = {plugin["name"] for plugin in json.loads(listed)}
    needed = ("aws", "awsx", "random")
    missing = [name for name in needed if name not in installed and not shutil.which(f"pulumi-resource-{name}")]
    return f"the Pulumi CLI has no provider {', '.join(missing)}: `pulumi install` gets them" if missing else ""


def _plugins() -> Path:
    """Where the CLI keeps the machine's plugins; the stages share them and nothing else of it."""
    return Path(os.environ.get("PULUMI_HOME", Path.home() / ".pulumi")) / "plugins"
