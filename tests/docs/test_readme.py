"""What README and the pages in docs/ name is there, and what they show is what one sees."""

import re
from pathlib import Path

import pytest
from rich.console import Console

from offline import plan as report
from tests.support import makefile
from tests.support.program import ROOT, plan

README = (ROOT / "README.md").read_text()
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?://)([^)#]*)(?:#([^)]*))?\)")
MAKE = re.compile(r"(?:`|^ *)make ([a-z-]+)\b", re.MULTILINE)


def anchors(text: str) -> set[str]:
    """The anchors that GitHub gives a page's headings."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    text = page.read_text()
    for target, anchor in LINK.findall(re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)):
        file = page.parent / target if target else page
        assert file.exists(), target
        assert not anchor or anchor in anchors(file.read_text()), f"{target}#{anchor}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_make_command_is_a_target(page: Path) -> None:
    assert set(MAKE.findall(page.read_text())) - set(makefile.TARGETS) <= {"target"}


def test_the_index_lists_every_page() -> None:
    index = (ROOT / "docs/README.md").read_text()
    for page in sorted((ROOT / "docs").glob("*.md")):
        assert page.name == "README.md" or f"]({page.name})" in index, page.name


def test_readme_shows_the_first_lines_of_the_plan() -> None:
    (shown,) = re.findall(r"compares them -->\n```text\n(.*?)```", README, re.DOTALL)
    text = report.as_text(plan(), Console(width=120, highlight=False))
    assert text.startswith(shown)
