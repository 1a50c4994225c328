"""Writes the JSON Schema of a stack's file, which editors read: `make schema`."""

import json

from offline import stack_files
from problems.command import command, leave
from scripts.stack_file import ROOT
from settings.schema import stack_file_schema

FILE = ROOT / "stack.schema.json"
"""Named in the first line of each stack's file, for the YAML language server."""


def text() -> str:
    """What the file has to hold."""
    return json.dumps(stack_file_schema(stack_files.project_name(ROOT)), indent=2) + "\n"


@command()
def main() -> int:
    """Write the file."""
    FILE.write_text(text(), encoding="utf-8")
    print(FILE.name)
    return 0


if __name__ == "__main__":
    leave(main())
