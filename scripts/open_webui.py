"""Renew the lists of what Open WebUI reads and answers, from the package of a version on PyPI.

The tests hold the tables of this program to the lists: what a new release changes for it, `make test` says.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from problems.command import command, leave
from scripts import stack_file
from scripts.open_webui_release import Release, download, known, version_of, write


@command()
def main(arguments: Sequence[str], root: Path = stack_file.ROOT) -> int:
    """Write both lists, and say what is new and what is gone."""
    del root
    parser = argparse.ArgumentParser(prog="python -m scripts.open_webui", description=__doc__)
    parser.add_argument("--version", required=True, help="such as v0.12.4")
    release = download(version_of(parser.parse_args(arguments).version))
    before = known()
    write(release)
    print(*differences(before, release), sep="\n")
    return 0


def differences(before: Release, after: Release) -> Iterator[str]:
    """Lines for people."""
    yield f"Open WebUI {before.version} -> {after.version}"
    for what, old, new in (("variable", before.variables, after.variables), ("path", before.paths, after.paths)):
        yield from (f"  new {what}: {name}" for name in sorted(new - old))
        yield from (f"  gone {what}: {name}" for name in sorted(old - new))


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
