"""The architecture's diagrams and its map of the folders are those of the program."""

import re
from pathlib import Path

from offline.diagram import COMMAND, refreshed
from tests.support.program import ROOT, plan

DOCUMENT = ROOT / "docs" / "architecture.md"


def test_the_diagrams_are_those_of_the_dev_stack() -> None:
    written = DOCUMENT.read_text(encoding="utf-8")
    assert refreshed(written, plan()) == written, f"docs/architecture.md shows an older program; run: {COMMAND}"


def test_every_path_that_the_document_names_exists() -> None:
    named = re.findall(r"`([\w.]+(?:/[\w.]*)+|__main__\.py)`", DOCUMENT.read_text(encoding="utf-8"))
    assert len(named) > 10
    assert [name for name in named if not Path(ROOT, name).exists()] == []
