"""What all tests share: the SDKs are loaded once, the environment stays out, folders are spread over the workers."""

import gc
import os
import warnings
from collections import Counter
from typing import Any

import pulumi_aws
import pulumi_awsx
import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.containers.migration_containers import RACE_RUN_ON

LONGEST_FOLDERS = ("program", "containers", "scripts", "offline", "components", "policy")

_SERVICES = ("ec2", "s3", "cloudwatch", "ecs", "iam", "lb", "rds")

# An Output in an f-string is a defect; this makes it an exception instead of a log line.
os.environ["PULUMI_ERROR_OUTPUT_STRING"] = "1"
for _name in [name for name in os.environ if name.startswith("PULUMI_CONFIG")]:
    del os.environ[_name]


def pytest_configure(config: pytest.Config) -> None:
    """Load the SDKs where tests run: in each worker, or here when there is none."""
    if config.getoption("numprocesses") and not hasattr(config, "workerinput"):
        return
    # A recorded run is a web of cycles. Looked for at any moment, among everything that tests keep, they take a third
    # of the tests' time; kept, they slow asyncio down, which walks all tasks. So: after each test, what is new.
    gc.disable()
    with warnings.catch_warnings():
        # Some packages warn of their own deprecated classes when imported, which concerns no test.
        warnings.simplefilter("ignore", DeprecationWarning)
        for package in (*(getattr(pulumi_aws, service) for service in _SERVICES), pulumi_awsx.ec2):
            hasattr(package, "outputs")  # the SDKs load a package at its first use


def pytest_runtest_teardown() -> None:
    """Forget what the test has left behind."""
    gc.collect(0)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the folders that take longest, so that no worker is left with one of them at the end."""
    order = {folder: position for position, folder in enumerate(LONGEST_FOLDERS)}
    items.sort(key=lambda item: order.get(item.path.parent.name, len(order)))


class _FolderScheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist ships no types
    """Keeps each folder's tests on one worker, where they share the runs that they have recorded."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.partition("::")[0].rpartition("/")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Used with any `--dist`."""
    return _FolderScheduling(config, log)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prove that the migration lock was tested on a real PostgreSQL; here, where xdist's controller sees it."""
    races = Counter(
        value
        for report in terminalreporter.stats.get("passed", [])
        for name, value in getattr(report, "user_properties", [])
        if name == RACE_RUN_ON and report.when == "call"
    )
    for version, times in races.items():
        terminalreporter.write_line(f"PostgreSQL {version}: migration race run {times} times")
