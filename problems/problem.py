"""`Problem`: one thing that is wrong, whoever found it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from problems.fixes import Fix, relocated
from problems.keys import Path, key_of


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong and its remedy, in words that are safe to print."""

    path: Path = ()
    """The key of the stack's file that it is about; empty when it is about something else."""
    value: str = ""
    """What was read there, as `redaction.shown` tells it; empty when nothing was read, or not yet."""
    rule: str
    """What is allowed, as a continuation of the key; without a key, what is wrong or missing."""
    fix: Fix | tuple[Fix, ...]
    """The remedy; of several, any one is enough."""
    also: tuple[Path, ...] = ()
    """The other keys that the verdict rests on: it means nothing while one of them is refused itself."""
    blocks: bool = True
    """False: it is told, and the command goes on."""

    @property
    def key(self) -> str:
        """The path as people type it."""
        return key_of(self.path)

    @property
    def fixes(self) -> tuple[Fix, ...]:
        """The remedies, one or several."""
        return self.fix if isinstance(self.fix, tuple) else (self.fix,)

    @property
    def remedy(self) -> str:
        """The fix in words: commands that run as printed, or advice."""
        return ", or ".join(map(str, self.fixes))

    @property
    def statement(self) -> str:
        """What is wrong: key, what was read, what is allowed."""
        key = f"{self.key}: " if self.path else ""
        value = f"read {self.value}; " if self.value else ""
        return f"{key}{value}{self.rule}"

    def __str__(self) -> str:
        return f"{self.statement}; fix: {self.remedy}"

    def relocated(self, place: Callable[[Path], Path]) -> "Problem":
        """The same problem with each of its paths where `place` says."""
        fix = tuple(relocated(fix, place) for fix in self.fixes)
        return replace(self, path=place(self.path), fix=fix, also=tuple(map(place, self.also)))
