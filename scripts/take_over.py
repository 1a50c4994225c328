"""Take over what `make import` has found: import it into the stack's state, and let it keep its names.

AWS is not changed. Exit status: 0 taken over, 1 something is missing or the Pulumi CLI refused it.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from problems.command import command, lacking, leave
from scripts import backend, stack, stack_file
from scripts.checks import Situation
from scripts.cloudformation.keep_names import keep_names
from scripts.pulumi_stack import open_stack


@command()
def main(arguments: Sequence[str], root: Path = stack_file.ROOT) -> int:
    """Import, then mark the names; also when the CLI refused a part, or all was imported before."""
    parser = argparse.ArgumentParser(prog="python -m scripts.take_over", description=__doc__)
    parser.add_argument("--stack", required=True, help="the Pulumi stack that takes over")
    parser.add_argument("--file", default="import.json", help="the import file")
    options = parser.parse_args(arguments)
    prepared, status = (root / options.file).is_file(), 0
    if prepared:
        words = ["import", "--file", options.file, "--generate-code=false", "--yes"]
        status = stack.main(["pulumi", "--stack", options.stack, "--", *words], root)
    kept = _keep_names(options.stack, root)
    if not (prepared or kept):
        raise lacking(
            f"the import file {options.file}",
            f"Prepare it: make import CFN_STACK=<CloudFormation stack> STACK={options.stack}",
        )
    print(f"{len(kept)} resources keep their names: {', '.join(kept) or 'none had to be told'}")
    print(f"Look: make preview STACK={options.stack} ARGS=--diff")
    return status


def _keep_names(name: str, root: Path) -> list[str]:
    config = stack_file.read(root, name)
    pulumi = open_stack(Situation("pulumi", config, backend.choose(root, os.environ), extra=("stack", "export")))
    state = pulumi.read("stack", "export")
    kept = keep_names(state)
    if kept:
        pulumi.write(json.dumps(state), "stack", "import")
    return kept


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
