"""The architecture's diagrams are those of the program."""

from offline.diagram import COMMAND, refreshed
from tests.support.program import ROOT, plan

DOCUMENT = ROOT / "docs" / "architecture.md"


def test_the_diagrams_are_those_of_the_dev_stack() -> None:
    written = DOCUMENT.read_text(encoding="utf-8")
    assert refreshed(written, plan()) == written, f"docs/architecture.md shows an older program; run: {COMMAND}"
