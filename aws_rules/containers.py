"""What ECS takes for a container of a task definition."""

import re
from pathlib import PurePosixPath

MOST_DEFINITION_BYTES = 64 * 1024
"""Size of a task definition (Amazon ECS service quotas)."""

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,254}")
_PATH = re.compile(r"(/[^/\x00-\x20\x7f:,]+)+")
_LONGEST_PATH = 1024
_SYSTEM_FOLDERS = frozenset({"proc", "sys", "dev"})
_USER = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,31}|[0-9]{1,10}")
_LARGEST_ID = 2**32 - 1


def variable_name_problem(name: str) -> str | None:
    """The name of an environment variable, as a shell can read it."""
    if _VARIABLE.fullmatch(name):
        return None
    return "must be named with letters, digits and underscores, no digit first (environment variable)"


def mount_path_problem(path: str) -> str | None:
    """Where a volume is mounted: an absolute path, not the root, not a kernel file system."""
    if len(path) > _LONGEST_PATH or not _PATH.fullmatch(path) or {".", ".."}.intersection(path.split("/")):
        return "must be an absolute path such as /data, not / itself"
    if PurePosixPath(path).parts[1] in _SYSTEM_FOLDERS:
        return "must not lie in /proc, /sys or /dev"
    return None


def user_problem(user: str) -> str | None:
    """The user, and optionally the group, that a container runs as: anybody but root (Security Hub ECS.20)."""
    parts = user.split(":", 1)
    ids = [int(part) for part in parts if part.isdigit()]
    if not all(map(_USER.fullmatch, parts)) or max(ids, default=0) > _LARGEST_ID:
        return "must be a user name or id, optionally with :group, such as 1000:1000"
    if parts[0] == "root" or (parts[0].isdigit() and ids[0] == 0):
        return "must not be root (Security Hub ECS.20)"
    return None
