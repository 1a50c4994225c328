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

VARIABLES = set(re.findall(r"\$\((?:if \$\()?([A-Z_]+)", TEXT))
"""Variables that some recipe reads."""


def prerequisites(target: str) -> list[str]:
    """What a target is made of."""
    line = re.search(rf"^{re.escape(target)}: (.*?)(?: ##|$)", TEXT.replace("\\\n", " "), re.MULTILINE)
    return line[1].split() if line else []
