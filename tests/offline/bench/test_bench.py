"""The bench measures whole plans, and its table says what one more service costs and whether the goals are met."""

import dataclasses
import io
import time

import pytest
from rich.console import Console

import settings
from offline import bench, stack_files
from offline.bench import Measurement
from offline.engine import record
from tests.support.program import ROOT

ONE = Measurement(services=2, resources=100, program=0.5, report=0.1, whole=1.5, memory=120)


def test_a_run_measures_every_part() -> None:
    measured = bench.measure(2, time.time())
    assert min(measured.report, measured.memory) > 0
    assert measured.whole > measured.program > 0
    assert measured.resources > 100


@pytest.mark.parametrize("services", [2, 10, 50, 200])
def test_every_size_is_a_config_that_settings_take(services: int) -> None:
    merged = stack_files.load(ROOT, bench.STACK, bench.overrides(services))
    apps: list[int] = []
    record(lambda: apps.append(len(settings.load().apps)), config=merged.values, project=merged.project)
    assert apps == [services]


def test_beyond_the_first_ones_further_services_are_background_workers() -> None:
    further = bench.overrides(200)["services"].values()
    assert sum("paths" in service for service in further) < 100 < len(further)


def test_the_median_of_each_value_counts() -> None:
    runs = [dataclasses.replace(ONE, whole=whole, memory=memory) for whole, memory in ((9, 1), (2, 3), (1, 2))]
    middle = bench.typical(runs)
    assert (middle.whole, middle.memory, middle.services) == (2, 2, 2)


def test_growth_is_told_for_each_service_more() -> None:
    ten = dataclasses.replace(ONE, services=10, whole=2.3, memory=136)
    console = Console(file=io.StringIO(), width=200)
    with console.capture() as capture:
        console.print(bench.table([ONE, ten]))
    rows = [line.split() for line in capture.get().splitlines()[1:]]
    assert [row[-4:] for row in rows] == [["1.50", "s", "120", "MiB"], ["100", "ms,", "2.00", "MiB"]]


@pytest.mark.parametrize(("program", "verdict"), [(0.5, "met"), (1, "MISSED"), (1.5, "MISSED")])
def test_a_goal_is_met_below_its_limit(program: float, verdict: str) -> None:
    measured = dataclasses.replace(ONE, program=program)
    assert bench.verdicts([measured]) == [f"{verdict}: program with 2 services {program:.2f} s, goal 1"]
    assert bench.verdicts([dataclasses.replace(measured, services=50)]) == []
