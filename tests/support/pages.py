"""What people read: the pages of this project, and what their Markdown holds."""

import re
from pathlib import Path

from tests.support.program import ROOT

PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "UPGRADING.md")),
    ROOT / "offline/README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]

_FENCED = re.compile(r"^ *```.*?^ *```", re.DOTALL | re.MULTILINE)


def name(page: Path) -> str:
    """A page's path in the repository."""
    return str(page.relative_to(ROOT))


def blocks(text: str) -> list[str]:
    """The fenced blocks of commands."""
    return re.findall(r"^ *```(?:ba)?sh\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)


def inline(text: str) -> list[str]:
    """What stands between backticks."""
    return re.findall(r"`([^`\n]+)`", _FENCED.sub("", text))


def commands(text: str) -> list[str]:
    """The lines of all fenced blocks of commands, and what stands between backticks."""
    lines = [line.partition("#")[0].strip() for block in blocks(text) for line in block.splitlines()]
    return [line for line in lines if line] + inline(text)


def sentences(text: str) -> list[str]:
    """Those outside of blocks, tables and headings; a link is its text, what stands between backticks is one word."""
    text = re.sub(r"<!--.*?-->", "", _FENCED.sub("", text), flags=re.DOTALL)
    text = re.sub(r"`[^`]*`", "code", re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text))
    parts = re.split(r"\n\s*\n|\n(?=\s*(?:[-*|#]|\d+\.) ?)", text)
    told = [" ".join(part.split()) for part in parts if not part.lstrip().startswith(("|", "#"))]
    return [sentence for part in told for sentence in re.split(r"(?<=[.!?])\s+", part)]
