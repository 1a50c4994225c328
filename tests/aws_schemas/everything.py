"""Every recording that the tests check, and the tracked list of what AWS's models do not have.

`python -m tests.aws_schemas.everything` writes the list anew.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from offline.engine.recording import Recording
from tests.aws_schemas.checker import unmapped
from tests.program.variants import OPEN_PROD, PLANS
from tests.support.component_variants import VARIANTS, recorded
from tests.support.program import plan

LISTED = Path(__file__).with_name("unmapped.txt")
HEADER = """\
# Resource types and properties that neither CloudFormation's schemas nor botocore's models have, or not by a name that
# tests/aws_schemas finds. Nothing of them is checked. Written by `python -m tests.aws_schemas.everything`.
"""


RECORDED: dict[str, Callable[[], Recording]] = {
    **PLANS,
    "open prod": partial(plan, OPEN_PROD, stack="prod"),
    **{f"component: {name}": partial(recorded, name) for name in VARIANTS},
}
"""The variants of the program, and each component with its smallest and largest arguments."""


def listed() -> set[str]:
    """The tracked list."""
    return {line for line in LISTED.read_text().splitlines() if not line.startswith("#")}


def text() -> str:
    """The list as it should be."""
    found = sorted(set().union(*(unmapped(recording().resources) for recording in RECORDED.values())))
    return f"{HEADER}# {len(found)} of them.\n" + "".join(f"{line}\n" for line in found)


if __name__ == "__main__":
    LISTED.write_text(text())
