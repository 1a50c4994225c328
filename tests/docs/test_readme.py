"""README and the index of docs/ show what is there."""

import re

from tests import inventories
from tests.support import examples
from tests.support.program import ROOT


def test_the_index_lists_every_page() -> None:
    index = (ROOT / "docs/README.md").read_text()
    pages = {page.name for page in (ROOT / "docs").glob("*.md")} - {"README.md"}
    assert pages <= set(re.findall(r"\]\(([^)]+)\)", index))


def test_readme_lists_the_examples() -> None:
    shown = inventories.EXAMPLES.findall(inventories.README.read_text())
    assert shown == [examples.table()], inventories.advice(inventories.README)


def test_readme_shows_the_beginning_of_the_plan() -> None:
    shown = inventories.SHOWN.findall(inventories.README.read_text())
    assert shown == [inventories.first_lines_of_the_plan()], inventories.advice(inventories.README)
