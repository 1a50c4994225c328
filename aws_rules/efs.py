"""What an access point of EFS is."""

import re

_PATH = re.compile(r"(/[A-Za-z0-9_-][A-Za-z0-9._-]*){1,4}")
_LONGEST_PATH = 100


def access_point_path_problem(path: str) -> str | None:
    """The root directory of an access point: not `/`, four levels and 100 characters (efs RootDirectory, Path)."""
    if len(path) <= _LONGEST_PATH and _PATH.fullmatch(path):
        return None
    return "must be a path of 1 to 4 folders such as /webui, 100 characters at most (EFS access point)"
