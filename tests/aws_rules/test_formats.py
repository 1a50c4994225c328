"""Each rule about a text says of the texts in its table what the table says."""

import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

TABLE = yaml.load(Path(__file__).with_name("formats.yaml").read_text(), yaml.CSafeLoader)


@pytest.mark.parametrize("row", TABLE, ids=[row["rule"] for row in TABLE])
def test_a_rule_takes_refuses_or_gives_what_its_table_says(row: dict[str, Any]) -> None:
    assert list(mistakes(row)) == []


def mistakes(row: dict[str, Any]) -> Iterator[str]:
    """Texts about which the rule says something else than the row; a rule answers with words or with a truth value."""
    rule = pkgutil.resolve_name(row["rule"])
    for text in written_out(row.get("takes", [])):
        if rule(text) not in {None, True}:
            yield f"refuses {text!r}: {rule(text)}"
    refused = row.get("refuses", [])
    for words, listed in refused.items() if isinstance(refused, dict) else [("", refused)]:
        for text in written_out(listed):
            if rule(text) in {None, True} or words not in (rule(text) or ""):
                yield f"says of {text!r}: {rule(text)}"
    for text, answer in row.get("gives", {}).items():
        if rule(text) != answer:
            yield f"gives {rule(text)!r} for {text!r}"


def written_out(listed: list[str]) -> Iterator[str]:
    """The texts as they are meant, `<x*3>` as `xxx`."""
    yield from (re.sub(r"<(.+?)\*(\d+)>", lambda match: match[1] * int(match[2]), text) for text in listed)
