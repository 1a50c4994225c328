"""Put small faults into the code, one at a time, and list those that no test notices: `make mutants`.

The faults are mutmut's. Its own runner is not used: it runs tests in one process, where plans are made once and shared,
and would take a fault for unnoticed that another test's plan hides.
"""

import argparse
import difflib
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final

import libcst as cst

from problems.command import CommandError, command, leave

ROOT: Final = Path(__file__).resolve().parent.parent
_CONCERNED: Final = {
    "apps": ("tests/apps", "tests/program", "tests/docs/test_security.py"),
    "components": ("tests/components", "tests/program/test_order.py", "tests/docs/test_operations.py"),
    "settings": ("tests/settings", "tests/program/test_arrivals.py"),
}
"""The tests of a folder, those first that see most of it."""

_LONGEST_RUN: Final = 300
"""Seconds; a fault whose tests take longer hangs them, which is noticed."""


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """A file with one fault."""

    path: str
    code: str
    change: str
    """The lines before and after."""


class Trials:
    """Faults that several workers try, each in a copy of the project, until the time is up."""

    def __init__(self, mutants: Iterator[Mutant], minutes: float) -> None:
        self.tried = 0
        self.unnoticed = 0
        self._mutants = mutants
        self._end = time.monotonic() + 60 * minutes
        self._lock = Lock()

    def work(self, copy: Path) -> None:
        """Try one fault after another, and print those that no test notices."""
        while mutant := self._next():
            file = copy / mutant.path
            before = file.read_bytes()
            file.write_text(mutant.code, encoding="utf-8")
            noticed = not passes(copy, mutant.path)
            file.write_bytes(before)
            with self._lock:
                self.tried += 1
                if not noticed:
                    self.unnoticed += 1
                    print(f"{mutant.path}\n{mutant.change}\n", flush=True)

    def _next(self) -> Mutant | None:
        with self._lock:
            return next(self._mutants, None) if time.monotonic() < self._end else None


@command()
def main(arguments: Sequence[str]) -> int:
    """Try as many faults as the minutes allow, in an order that is the same each time."""
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("files", nargs="*", default=list(_CONCERNED), help="files or folders, by default all")
    options = parser.parse_args(arguments)
    paths = files(options.files)
    with tempfile.TemporaryDirectory() as folder:
        copies = [_copy(Path(folder) / str(number)) for number in range(os.cpu_count() or 1)]
        for file in {path.split("/")[0]: path for path in paths}.values():
            if not passes(copies[0], file):
                raise CommandError(f"mend the tests first, which fail as it stands: {' '.join(_tests_of(file))}")
        trials = Trials(mutants(paths), options.minutes)
        with ThreadPoolExecutor(len(copies)) as pool:
            list(pool.map(trials.work, copies))
    print(f"{trials.unnoticed} of {trials.tried} faults were not noticed")
    return 0


def mutants(paths: Sequence[str]) -> Iterator[Mutant]:
    """A fault of each file in turn, then another of each, one a place: a sample when the time does not suffice."""
    from mutmut.mutation.file_mutation import create_mutations

    chance = random.Random(0)  # noqa: S311  (the same sample for everybody)
    order = chance.sample(list(paths), len(paths))
    left = {}
    while order:
        for path in order.copy():
            before = (ROOT / path).read_text(encoding="utf-8")
            if path not in left:
                module, faults, _, _ = create_mutations(path, before)
                shuffled = chance.sample(faults, len(faults))
                left[path] = module, list({id(fault.original_node): fault for fault in shuffled}.values())
            module, places = left[path]
            if not places:
                order.remove(path)
                continue
            fault = places.pop()
            code = cst.ensure_type(module.deep_replace(fault.original_node, fault.mutated_node), cst.Module).code
            lines = difflib.unified_diff(before.splitlines(), code.splitlines(), lineterm="", n=0)
            yield Mutant(path=path, code=code, change="\n".join(list(lines)[2:]))


def passes(copy: Path, path: str) -> bool:
    """Whether the tests that concern a file pass in a copy."""
    tests = [sys.executable, "-B", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *_tests_of(path)]
    try:
        return subprocess.run(tests, cwd=copy, capture_output=True, timeout=_LONGEST_RUN, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def _tests_of(path: str) -> Sequence[str]:
    return _CONCERNED[path.split("/", maxsplit=1)[0]]


def files(named: Sequence[str]) -> list[str]:
    """The Python files of these files and folders that tests are known for. Raises CommandError when there is none."""
    found = subprocess.run(
        ["git", "ls-files", "--", *named], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split()
    paths = [path for path in found if path.endswith(".py") and path.split("/")[0] in _CONCERNED]
    if not paths:
        raise CommandError(f"no file of {', '.join(_CONCERNED)} is named by FILES={' '.join(named)}")
    return paths


def _copy(folder: Path) -> Path:
    """What git knows, as it stands here, changes included."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for path in filter(None, listed.split("\0")):
        if (ROOT / path).is_file():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes((ROOT / path).read_bytes())
    return folder


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
