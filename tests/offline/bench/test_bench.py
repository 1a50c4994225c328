"""The bench measures whole plans, and its table says what one more service costs and whether the goals are met."""

import cProfile
import dataclasses
import importlib
import io
import pstats

import pytest
from rich.console import Console
from rich.table import Table

from offline import bench, stack_files
from offline.bench import Goal, Measurement, single_run
from offline.engine import record
from tests.support.program import ROOT

ONE = Measurement(services=2, resources=100, imports=0.4, settings=0.1, program=0.5, report=0.1, whole=1.5, memory=120)


def text(table: Table) -> str:
    console = Console(file=io.StringIO(), width=200)
    with console.capture() as capture:
        console.print(table)
    return capture.get()


def test_a_run_measures_every_part() -> None:
    found = single_run.measure(2, [], "")
    measured = Measurement(**{field.name: found.get(field.name, 1.0) for field in dataclasses.fields(Measurement)})
    assert min(measured.settings, measured.program, measured.report, measured.memory) > 0
    assert measured.resources > 100
    assert {"pulumi", "settings", "components.ecs_app_service"} <= set(found["modules"])


@pytest.mark.parametrize("services", bench.SIZES)
def test_every_size_is_a_config_that_settings_take(services: int) -> None:
    merged = stack_files.load(ROOT, single_run.STACK, single_run.overrides(services))
    found: list[int] = []
    record(
        lambda: found.append(len(importlib.import_module("settings").load().apps)),
        config=merged.values,
        project=merged.project,
    )
    assert found == [services]


def test_beyond_the_first_ones_further_services_are_background_workers() -> None:
    further = single_run.overrides(200)["services"].values()
    assert sum("paths" in service for service in further) < 100 < len(further)


def test_the_median_of_each_value_counts() -> None:
    runs = [dataclasses.replace(ONE, whole=whole, memory=memory) for whole, memory in ((9, 1), (2, 3), (1, 2))]
    middle = bench.typical(runs)
    assert (middle.whole, middle.memory, middle.services) == (2, 2, 2)


def test_growth_is_told_for_each_service_more() -> None:
    ten = dataclasses.replace(ONE, services=10, whole=2.3, memory=136)
    assert bench.growth(None, ONE) == ""
    assert bench.growth(ONE, ten) == "100 ms, 2.00 MiB"
    assert text(bench.table([ONE, ten])).splitlines()[2].split()[-4:] == ["100", "ms,", "2.00", "MiB"]


@pytest.mark.parametrize(("limit", "verdict"), [(1, "met"), (0.5, "MISSED"), (0.4, "MISSED")])
def test_a_goal_is_met_below_its_limit(limit: float, verdict: str) -> None:
    goal = Goal(services=2, part="program", limit=limit, unit="s")
    assert goal.verdict([ONE]) == f"{verdict}: program with 2 services 0.50 s, goal {limit:g}"
    assert dataclasses.replace(goal, services=50).verdict([ONE]) == ""


def test_a_profile_says_whose_functions_take_the_time() -> None:
    with cProfile.Profile() as profiler:
        record(lambda: None)
    shown = text(bench.profile_table(pstats.Stats(profiler), 2))
    assert "pulumi" in shown
    assert "offline" in shown
    assert "2 services" in shown


def test_a_source_file_belongs_to_its_distribution_or_folder() -> None:
    assert bench.package_of("/x/lib/python3.11/site-packages/pulumi/runtime/rpc.py") == "pulumi"
    assert bench.package_of(str(ROOT / "components" / "aurora.py")) == "components"
    assert bench.package_of("~") == "(Python)"
