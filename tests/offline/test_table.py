"""Cells of a report's tables break where a reader would break them."""

import re

import pytest
from rich.console import Console
from rich.text import Text

from offline.plan.report import as_text
from offline.table import Table
from tests.support.program import plan


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("webui-prod-webui-service", 18, ["webui-prod-webui-", "service"]),
        (
            "on log-group:/ecs/stack:log-stream:webui/*; more",
            16,
            ["on", "log-group:/ecs/", "stack:log-", "stream:webui/*;", "more"],
        ),
        ("a word and-another", 12, ["a word", "and-another"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("[red]x[/red]", 20, ["[red]x[/red]"]),
    ],
)
def test_a_word_that_is_wider_than_its_column_breaks_after_a_mark(text: str, width: int, lines: list[str]) -> None:
    table = Table(box=None, show_header=False, padding=0, width=width)
    table.add_column(overflow="fold")
    for cell in (text, Text(text)):
        table.add_row(cell)
    console = Console(width=80, highlight=False)
    with console.capture() as capture:
        console.print(table)
    assert [line.rstrip() for line in capture.get().splitlines()] == lines * 2


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_no_word_of_the_plan_is_broken_at_eighty_columns(stack: str) -> None:
    wide, narrow = (as_text(plan(stack=stack), Console(width=width, highlight=False)) for width in (400, 80))
    words = re.compile(r"[A-Za-z]{2,}")
    assert set(words.findall(narrow)) <= set(words.findall(wide))
