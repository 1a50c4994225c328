"""The programs of this folder as commands of containers.

`python -m containers.programs webui_move_uploads s3` prints what `aws ecs run-task --overrides` takes to run one.
"""

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).parent
_OWN: Final = re.compile(r"^from containers\.(\w+) import .*\n", re.MULTILINE)


def command(name: str, *arguments: str, after: Sequence[str] = ()) -> list[str]:
    """The command that runs a program of Open WebUI's: as one text, since `python -c` has no folder to import from.

    The modules of this folder that it imports stand before it, and before them the programs `after` which it runs.
    """
    parts = [*after, *_OWN.findall((_HERE / f"{name}.py").read_text()), name]
    text = "\n".join(_OWN.sub("", (_HERE / f"{part}.py").read_text()) for part in parts)
    return ["python", "-c", text, *arguments]


def overrides(name: str, *arguments: str) -> str:
    """The program in place of Open WebUI's server, once; ECS takes 8,192 characters (RunTask)."""
    return json.dumps({"containerOverrides": [{"name": "webui", "command": command(name, *arguments)}]})


if __name__ == "__main__":
    print(overrides(*sys.argv[1:]))
