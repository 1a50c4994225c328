"""Measures whole plans as services are added: time and memory, each in fresh processes. `run` prints the table.

May import the engine and the plan.
"""

import io
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

from rich.console import Console

from offline.table import Table

ROOT: Final = Path(__file__).resolve().parents[2]
STACK: Final = "dev"
_ROUTED: Final = 40
"""Services with a listener rule; further ones are background workers. A load balancer takes 100 rules, but priorities
follow the names, and of more names than these two meet in one priority, which settings refuse."""


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """A plan of so many services; times in seconds, memory in MiB at the peak."""

    services: int
    resources: int
    program: float
    """Running `__main__.py` once everything is imported."""
    report: float
    whole: float
    """From the start of the process to the end of the report, imports included."""
    memory: float


GOALS: Final = ((2, "program", 1.0, "s"), (200, "whole", 10.0, "s"), (200, "memory", 400.0, "MiB"))
"""What a plan of so many services may take: field of `Measurement`, limit, unit."""


def run(console: Console, *, sizes: Sequence[int], runs: int) -> None:
    """Measures each size so many times and prints the medians, and whether the goals are met."""
    measurements = []
    for size in sizes:
        with Console(stderr=True).status(f"Planning {size} services, {runs} times"):
            measurements.append(typical([_in_fresh_process(size) for _ in range(runs)]))
    console.print(table(measurements))
    for verdict in verdicts(measurements):
        console.print(verdict)


def _in_fresh_process(services: int) -> Measurement:
    command = [sys.executable, "-m", "offline.bench", str(services), str(time.time())]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    # The last line: a program may print too.
    return Measurement(**json.loads(done.stdout.splitlines()[-1]))


def measure(services: int, started: float) -> Measurement:
    """Plans twice in this process: all that a command takes, then the program without the imports."""
    # Imported here, so that they count as part of the whole.
    from offline.engine import record_stack
    from offline.plan import as_text

    config = overrides(services)
    console = Console(file=io.StringIO(), width=120, highlight=False)
    recording = record_stack(ROOT, STACK, overrides=config)
    reported = time.time()
    as_text(recording, console)
    ended, memory = time.time(), _peak_memory()
    record_stack(ROOT, STACK, overrides=config)
    return Measurement(
        services=services,
        resources=len(recording.resources),
        program=time.time() - ended,
        report=ended - reported,
        whole=ended - started,
        memory=memory,
    )


def overrides(services: int) -> dict[str, Any]:
    """Config for so many services, the WebUI and the gateway among them: some of the further ones have a path."""
    further: dict[str, Any] = {}
    for number in range(services - 2):
        service: dict[str, Any] = {"image": "public.ecr.aws/team/app:1.4.2", "port": 8080, "env": {"MODE": "quiet"}}
        if number < min((services - 2) // 2, _ROUTED):
            service["paths"] = [f"/app{number}", f"/app{number}/*"]
        further[f"app{number}"] = service
    return {"services": further} if further else {}


def _peak_memory() -> float:
    """MiB; the kernel counts in KiB on Linux and in bytes on macOS."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def typical(measurements: Sequence[Measurement]) -> Measurement:
    """The median of each value; all are of the same plan."""
    rows = [asdict(measurement) for measurement in measurements]
    middle = {key: median(row[key] for row in rows) for key in rows[0]}
    return Measurement(**{**middle, "services": measurements[0].services, "resources": measurements[0].resources})


def table(measurements: Sequence[Measurement]) -> Table:
    """A row per size; growth is what each service beyond the row before costs."""
    shown = Table(box=None, pad_edge=False)
    for name in ("services", "resources", "program", "report", "whole", "memory", "per service"):
        shown.add_column(name, justify="right", no_wrap=True)
    before: Measurement | None = None
    for row in measurements:
        times = [f"{value:.2f} s" for value in (row.program, row.report, row.whole)]
        shown.add_row(str(row.services), str(row.resources), *times, f"{row.memory:.0f} MiB", growth(before, row))
        before = row
    return shown


def growth(before: Measurement | None, after: Measurement) -> str:
    """Time and memory of one more service, e.g. `31 ms, 1.2 MiB`."""
    if before is None:
        return ""
    more = after.services - before.services
    return f"{1000 * (after.whole - before.whole) / more:.0f} ms, {(after.memory - before.memory) / more:.2f} MiB"


def verdicts(measurements: Iterable[Measurement]) -> list[str]:
    """A line for each goal that was measured."""
    by_size = {measurement.services: measurement for measurement in measurements}
    lines = []
    for services, part, limit, unit in GOALS:
        if services in by_size:
            value = float(getattr(by_size[services], part))
            met = "met" if value < limit else "MISSED"
            lines.append(f"{met}: {part} with {services} services {value:.2f} {unit}, goal {limit:g}")
    return lines
