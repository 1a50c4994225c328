"""README and the index of docs/ show what is there."""

import re
from pathlib import Path

import pytest

from tests import inventories
from tests.support import examples
from tests.support.program import ROOT


def test_the_index_lists_every_page() -> None:
    index = (ROOT / "docs/README.md").read_text()
    pages = {page.name for page in (ROOT / "docs").glob("*.md")} - {"README.md"}
    assert pages <= set(re.findall(r"\]\(([^)]+)\)", index))


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda page: page.name)
def test_a_pages_first_line_says_who_needs_it(page: Path) -> None:
    assert page.name == "README.md" or re.match(r"# .+\n\nFor [^|]+\.", page.read_text())


def test_readme_lists_the_examples() -> None:
    shown = inventories.EXAMPLES.findall(inventories.README.read_text())
    assert shown == [examples.table()], inventories.advice(inventories.README)


def test_readme_shows_the_beginning_of_the_plan() -> None:
    shown = inventories.SHOWN.findall(inventories.README.read_text())
    assert shown == [inventories.first_lines_of_the_plan()], inventories.advice(inventories.README)
