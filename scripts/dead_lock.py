"""The lock of a run that was killed on this machine: nobody gives it back, and the next run would wait for ever.

Only in a folder: whoever shares a bucket may be on another machine of the same name. `pkg/backend/diy/lock.go` in
pulumi/pulumi decides where a lock is and what is in it.
"""

import json
import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from offline.stack_files import short_name
from scripts.backend import Backend
from scripts.pulumi_stack import PulumiStack


def release(stack: PulumiStack, project: str, backend: Backend) -> bool:
    """Unlock a stack whose locks are all of dead processes of this machine, and say so; whether it stays locked."""
    place = urlsplit(backend.url)
    if place.scheme != "file":
        return False
    # `file://~` is the home folder.
    root = Path(unquote(place.netloc + place.path)).expanduser()
    folder = root / ".pulumi/locks/organization" / project / short_name(stack.name)
    locks = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.json"))]
    if not locks or not all(_is_dead(lock) for lock in locks):
        return bool(locks)
    holder = "{username}@{hostname} (process {pid}) since {timestamp}".format(**locks[0])
    print(f"The last run was killed: {holder}. Its lock is taken away.", file=sys.stderr)
    stack.run("cancel", "--stack", stack.name, "--yes")
    return False


def _is_dead(lock: Mapping[str, Any]) -> bool:
    if lock["hostname"] != socket.gethostname():
        return False
    try:
        os.kill(lock["pid"], 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
