"""Measures whole plans as services are added: time by part and memory, each in fresh processes, as a table."""

import json
import pstats
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from statistics import median
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from offline.bench.single_run import ROOT

SIZES: Final = (2, 10, 50, 200)
RUNS: Final = 3
_FUNCTIONS: Final = 15
"""Functions that the profile shows."""


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """A plan of so many services; times in seconds, memory in MiB at the peak."""

    services: int
    resources: int
    imports: float
    settings: float
    program: float
    """Running `__main__.py` once everything is imported."""
    report: float
    whole: float
    """From the start of the process to its end."""
    memory: float


@dataclass(frozen=True, kw_only=True)
class Goal:
    """What a plan of so many services may take."""

    services: int
    part: str
    """Field of `Measurement`."""
    limit: float
    unit: str

    def verdict(self, measurements: Iterable[Measurement]) -> str:
        """One line; empty when nothing of this size was measured."""
        for measured in measurements:
            if measured.services == self.services:
                value = float(getattr(measured, self.part))
                met = "met" if value < self.limit else "MISSED"
                return f"{met}: {self.part} with {self.services} services {value:.2f} {self.unit}, goal {self.limit:g}"
        return ""


GOALS: Final = (
    Goal(services=2, part="program", limit=1, unit="s"),
    Goal(services=200, part="whole", limit=10, unit="s"),
    Goal(services=200, part="memory", limit=400, unit="MiB"),
)


def run(console: Console, *, sizes: Sequence[int] = SIZES, runs: int = RUNS, profile: bool = False) -> None:
    """Measures and prints; with `profile` also where the time of the largest plan goes."""
    waiting = Console(stderr=True).status
    with waiting("Looking up what to import"):
        modules = _measure(min(10, *sizes), [])["modules"]
    measurements = []
    for size in sizes:
        with waiting(f"Planning {size} services, {runs} times"):
            measurements.append(typical([_measurement(_measure(size, modules)) for _ in range(runs)]))
    console.print(table(measurements))
    for verdict in filter(None, (goal.verdict(measurements) for goal in GOALS)):
        console.print(verdict, style="red" if verdict.startswith("MISSED") else "green")
    if profile:
        with tempfile.TemporaryDirectory() as folder, waiting(f"Profiling {max(sizes)} services"):
            file = Path(folder) / "profile"
            _measure(max(sizes), modules, str(file))
            console.print(profile_table(pstats.Stats(str(file)), max(sizes)))


def _measure(services: int, modules: Sequence[str], profile: str = "") -> dict[str, Any]:
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "offline.bench.single_run"],
        cwd=ROOT,
        input=json.dumps({"services": services, "modules": list(modules), "profile": profile}),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    # The last line: a program may print too.
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {**found, "whole": time.perf_counter() - started}


def _measurement(found: dict[str, Any]) -> Measurement:
    return Measurement(**{field.name: found[field.name] for field in fields(Measurement)})


def typical(measurements: Sequence[Measurement]) -> Measurement:
    """The median of each value; all are of the same plan."""
    rows = [asdict(measurement) for measurement in measurements]
    middle = {key: median(row[key] for row in rows) for key in rows[0]}
    return Measurement(**{**middle, "services": measurements[0].services, "resources": measurements[0].resources})


def table(measurements: Sequence[Measurement]) -> Table:
    """A row per size; growth is what each service beyond the row before costs."""
    shown = Table(box=None, pad_edge=False)
    for name in ("services", "resources", "imports", "settings", "program", "report", "whole", "memory", "per service"):
        shown.add_column(name, justify="right", no_wrap=True)
    before: Measurement | None = None
    for row in measurements:
        times = [f"{value:.2f} s" for value in (row.imports, row.settings, row.program, row.report, row.whole)]
        shown.add_row(str(row.services), str(row.resources), *times, f"{row.memory:.0f} MiB", growth(before, row))
        before = row
    return shown


def growth(before: Measurement | None, after: Measurement) -> str:
    """Time and memory of one more service, e.g. `31 ms, 1.2 MiB`."""
    if before is None:
        return ""
    more = after.services - before.services
    return f"{1000 * (after.whole - before.whole) / more:.0f} ms, {(after.memory - before.memory) / more:.2f} MiB"


def profile_table(stats: pstats.Stats, services: int) -> Table:
    """The functions with the most time of their own, and whose they are."""
    rows: dict[tuple[str, int, str], tuple[Any, ...]] = vars(stats)["stats"]
    total = sum(row[2] for row in rows.values())
    shown = Table(box=None, pad_edge=False, title=f"Own time in a plan of {services} services, {total:.1f} s profiled")
    for name in ("own time", "calls", "package", "function"):
        shown.add_column(name, justify="right" if name in ("own time", "calls") else "left", no_wrap=True)
    for package, seconds in _by_package(rows):
        shown.add_row(f"{100 * seconds / total:.0f} %", "", package, "(all of it)")
    slowest = sorted(rows.items(), key=lambda item: -item[1][2])[:_FUNCTIONS]
    for (file, line, function), row in slowest:
        shown.add_row(f"{row[2]:.2f} s", str(row[1]), package_of(file), f"{Path(file).name}:{line} {function}")
    return shown


def _by_package(rows: dict[tuple[str, int, str], tuple[Any, ...]]) -> list[tuple[str, float]]:
    seconds: dict[str, float] = {}
    for (file, _line, _function), row in rows.items():
        seconds[package_of(file)] = seconds.get(package_of(file), 0) + row[2]
    return sorted(seconds.items(), key=lambda item: -item[1])[:6]


def package_of(file: str) -> str:
    """The distribution, the standard library, or the folder of this program that a source file belongs to."""
    path = Path(file)
    if "site-packages" in path.parts:
        return path.parts[path.parts.index("site-packages") + 1]
    if path.is_relative_to(ROOT):
        return path.relative_to(ROOT).parts[0]
    return "(Python)"
