"""README's way from nothing to a chat and back: its commands, and under each what one sees of it."""

import re
from collections.abc import Mapping
from typing import Final

from tests.engine.stage import ROOT
from tests.engine.terminal import WIDTH

README: Final = ROOT / "README.md"
MOST_LINES: Final = 6
_SECTION: Final = re.compile(r"(?<=\n## Thirty minutes to a chat in your account\n).*?(?=\n## )", re.DOTALL)
_COMMANDS: Final = re.compile(r"^ *```sh\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
_SEEN: Final = re.compile(
    r"(?P<above>^ *```sh\n *(?P<command>[^\n]*)\n *```\n\n(?P<indent> *)```text\n)(?P<seen>.*?)(?=^ *```)",
    re.DOTALL | re.MULTILINE,
)
_MADE_UP: Final = (
    (r"/\S+/project/", "~/webui-bedrock/"),
    (r"Password: .*", "Password: ..."),
    (r"sha256:[0-9a-f]{64}", "sha256:..."),
    (r":[0-9a-f]{12}-arm64", ":0123456789ab-arm64"),
)
"""What differs between two runs, and what README has in its place."""


def section() -> str:
    """The text that a newcomer follows."""
    found: list[str] = _SECTION.findall(README.read_text(encoding="utf-8"))
    return found[0]


def commands(text: str) -> dict[str, bool]:
    """The lines of the shell's blocks in order, and which of them README says to be run."""
    lines = [line.strip() for block in _COMMANDS.findall(text) for line in block.splitlines()]
    return {line.partition("    #")[0]: not line.endswith("# not run") for line in lines}


def seen(text: str) -> dict[str, list[str]]:
    """What README shows of each command, without the indentation of the list that it stands in."""
    found = _SEEN.finditer(text)
    return {one["command"]: [line[len(one["indent"]) :] for line in one["seen"].splitlines()] for one in found}


def excerpt(screen: list[str], first: int, last: int) -> list[str]:
    """The `first` and the `last` lines of what was printed, without what differs between two runs."""
    lines = [line for line in screen if line and not line.startswith("Duration:")]
    for pattern, text in _MADE_UP:
        lines = [re.sub(pattern, text, line) for line in lines]
    lines = [line if len(line) <= WIDTH else f"{line[: WIDTH - 3]}..." for line in lines]
    return lines if len(lines) <= MOST_LINES else [*lines[:first], "...", *lines[len(lines) - last :]]


def comparable(lines: list[str]) -> list[str]:
    """Without the number of resources: it depends on the providers of the machine."""
    return [re.sub(r"^( +[+-] )\d+ ", r"\1some ", line) for line in lines]


def write(shown: Mapping[str, list[str]]) -> None:
    """Put what was seen into README."""

    def renewed(block: re.Match[str]) -> str:
        lines = shown.get(block["command"])
        return block[0] if lines is None else block["above"] + "".join(f"{block['indent']}{line}\n" for line in lines)

    text = _SECTION.sub(lambda found: _SEEN.sub(renewed, found[0]), README.read_text(encoding="utf-8"))
    README.write_text(text, encoding="utf-8")
