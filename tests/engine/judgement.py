"""What the engine did with each change of the table: read from and written to judged.yaml."""

import re
from collections.abc import Iterable
from pathlib import Path
from textwrap import shorten
from typing import Any, Final

import yaml

from tests.engine.changes import names
from tests.engine.outcome import Outcome

Judgement = dict[str, Any]
"""Names by type by `added`, `changed`, `replaced`, `removed`; or `refused`: what was said, by who refused."""

PROGRAM: Final = "program"
"""Who refused, where nothing was asked of AWS."""
_FILE: Final = Path(__file__).with_name("judged.yaml")
_HEAD: Final = """\
# What a real engine and the strict stand-in of AWS did with each change of changes.yaml; JUDGE=1 make engine writes it.
# Without what awsx makes inside its VPC. `refused`: by the program, before anything is made, or by AWS, by resource.
"""
_INTRODUCTION: Final = re.compile(r"RequestID: [^,]*, (?:api error )?|api error ")
_ID: Final = re.compile(r"\b(?:[a-z]+-[0-9a-f]{8,}|arn:aws:\S+|[0-9a-f-]{36})")


def judge(outcome: Outcome) -> Judgement:
    """The outcome without ids, which differ from run to run."""
    if outcome.ok:
        return {action: by_type(labels) for action, labels in outcome.done.items()}
    said = outcome.failed or {PROGRAM: _first_line(outcome.errors)}
    return {"refused": {who: _ID.sub("<id>", _shortened(text)) for who, text in sorted(said.items())}}


def by_type(labels: Iterable[str]) -> dict[str, list[str]]:
    """Names of resources by type, from labels such as `ecs.Service webui-service`."""
    found: dict[str, list[str]] = {}
    for type_, name in sorted(label.split() for label in labels):
        found.setdefault(type_, []).append(name)
    return found


def without_words(judgement: Judgement) -> Judgement:
    """What must be the same on every engine: words differ, and which resource meets a refusal first does too."""
    refused = judgement.get("refused")
    return {"refused by": PROGRAM if PROGRAM in refused else "AWS"} if refused else judgement


def judged() -> dict[str, Judgement]:
    """The judgements on file, by the name of the change."""
    return yaml.safe_load(_FILE.read_text()) if _FILE.is_file() else {}


def write(name: str, judgement: Judgement) -> None:
    """Put one judgement on file, in the table's order."""
    known = {**judged(), name: judgement}
    kept = {key: known[key] for key in names() if key in known}
    _FILE.write_text(_HEAD + yaml.safe_dump(kept, width=120, sort_keys=False, default_flow_style=None))


def _first_line(errors: list[str]) -> str:
    """The program's refusal is a list of problems; the first one tells."""
    lines = [line.strip() for text in errors for line in text.splitlines() if line.strip()]
    problems = [line for line in lines if ": read " in line or "fix:" in line]
    return (problems or lines or ["nothing was said"])[0]


def _shortened(text: str) -> str:
    """Without the program's fix and the provider's introduction; AWS's own words follow its request's id."""
    return shorten(_INTRODUCTION.split(text.split("; fix:", maxsplit=1)[0])[-1], 200)
