"""The lock of a run that was killed on this machine: nobody gives it back, and the next run would wait for ever."""

import os
import socket
import sys

from scripts.backend import Backend
from scripts.pulumi_stack import PulumiStack
from scripts.state_lock import Lock, find_locks, has_locks


def release(stack: PulumiStack, project: str, backend: Backend) -> list[Lock]:
    """Unlock a stack in a folder whose locks are all of dead processes of this machine, and say so; give other locks.

    Only in a folder: whoever shares a bucket may be on another machine of the same name. Raises one of AWS_ERRORS.
    """
    if not has_locks(backend.url):
        return []
    locks = find_locks(backend.url, project, stack.name.rpartition("/")[2])
    if not (locks and backend.url.startswith("file:") and all(_is_dead(lock) for lock in locks)):
        return locks
    print(f"The last run was killed: {locks[0]}. Its lock is taken away.", file=sys.stderr)
    stack.run("cancel", "--stack", stack.name, "--yes")
    return []


def _is_dead(lock: Lock) -> bool:
    if lock.hostname != socket.gethostname():
        return False
    try:
        os.kill(lock.pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
