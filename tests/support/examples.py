"""The stack files in examples/: what each would be, and what its head and README say of it."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from offline import cost
from offline.engine import record
from offline.engine.recording import Recording
from offline.stack_files import encode, project_name, read
from tests.support.program import ROOT

FILES = sorted((ROOT / "examples").glob("Pulumi.*.yaml"))
_COST = re.compile(r"^# Costs .*\n|(?=^config:)", re.MULTILINE)
_FOR_WHOM = re.compile(r"^# (For .*?)(?:: |\. |\.?$)", re.MULTILINE)


@cache
def planned(file: Path) -> Recording:
    """The stack of a file."""
    values: dict[str, Any] = dict(read(file)["config"])
    project = project_name(ROOT)
    return record(ROOT / "__main__.py", config=encode(values, project), project=project)


def for_whom(file: Path) -> str:
    """The beginning of its head, which says who it is for."""
    found = _FOR_WHOM.search(file.read_text(encoding="utf-8"))
    return found.group(1) if found else ""


def with_cost(file: Path) -> str:
    """Its text, with the month's cost at the end of its head."""
    line = f"# Costs {_amounts(file)} US dollars a month, and the models' tokens.\n"
    return _COST.sub(lambda _: line, file.read_text(encoding="utf-8"), count=1)


def table() -> str:
    """README's list of them."""
    head = "| Stack file | Who it is for | US dollars a month |\n|---|---|---|\n"
    rows = (
        f"| [{file.name.split('.')[1]}](examples/{file.name}) | {for_whom(file)} | {_amounts(file)} |" for file in FILES
    )
    return head + "\n".join(rows) + "\n"


def _amounts(file: Path) -> str:
    total = cost.estimate(planned(file)).total
    return f"{total.at_min:,.0f} to {total.at_max:,.0f}"
