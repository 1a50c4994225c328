"""What the Makefile says: its targets, and the variables that it reads."""

import re

from tests.support.program import ROOT

TEXT = (ROOT / "Makefile").read_text()

TARGETS = re.findall(r"^([a-z-]+):", TEXT, re.MULTILINE)
"""In the file's order, without files and parts of others."""

OPTIONS = re.findall(r"^([A-Z]+) \?=", TEXT, re.MULTILINE)
"""Variables that have a default."""

OWN = set(re.findall(r"^OWN := (.*)", TEXT, re.MULTILINE)[0].split())
"""Variables that make takes from its command line only."""

_JOINED = TEXT.replace("\\\n", " ")


def prerequisites(target: str) -> list[str]:
    """What a target is made of."""
    line = re.search(rf"^{re.escape(target)}: (.*?)(?: ##|$)", TEXT.replace("\\\n", " "), re.MULTILINE)
    return line[1].split() if line else []


def reads(target: str) -> set[str]:
    """The variables that a target's recipe reads, and those that these are made of."""
    recipe = re.search(rf"^{target}:.*\n((?:\t.*\n)*)", _JOINED, re.MULTILINE)
    found: set[str] = set()
    texts = [recipe[1] if recipe else ""]
    while texts:
        new = set(re.findall(r"\$\((?:value )?([A-Z_]+)\b", texts.pop())) - found
        found |= new
        texts += [value for name in new for value in re.findall(rf"^{name} \??:?= ?(.*)", _JOINED, re.MULTILINE)]
    return found
