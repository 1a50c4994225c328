"""Loads the Pulumi SDKs once, out of reach of the garbage collector, and keeps the environment out of tests.

A collector that keeps walking the SDK's thousands of classes costs a third of a test run's time.
"""

import gc
import os
import warnings
from collections import Counter

import pulumi_aws
import pulumi_awsx
import pytest

from tests.containers.migration_containers import RACE_RUN_ON

_SERVICES = ("ec2", "s3", "cloudwatch", "ecs", "iam", "lb", "rds")

gc.disable()
with warnings.catch_warnings():
    # Some packages warn of their own deprecated classes when imported, which concerns no test.
    warnings.simplefilter("ignore", DeprecationWarning)
    for _package in (*(getattr(pulumi_aws, service) for service in _SERVICES), pulumi_awsx.ec2):
        hasattr(_package, "outputs")  # the SDKs load a package at its first use
gc.freeze()
gc.enable()
# A recorded run is a web of cycles that dies at once: collecting it every 700 objects would double the run's time.
gc.set_threshold(200_000, 20, 20)

# An Output in an f-string is a defect; this makes it an exception instead of a log line.
os.environ["PULUMI_ERROR_OUTPUT_STRING"] = "1"
for _name in [name for name in os.environ if name.startswith("PULUMI_CONFIG")]:
    del os.environ[_name]


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep each folder's tests on one worker, where they share the runs that they have recorded."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(item.path.parent.name))


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
