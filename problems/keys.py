"""Where a value stands in a stack's file, and how `pulumi config` names that place."""

import re

from problems.redaction import shown_segment

NAMESPACE = "webui-bedrock"
"""Namespace of the configuration keys: the project's name."""

Path = tuple[str | int, ...]
"""Where a value stands in the configuration: keys of maps and indexes of lists, outermost first."""

Scalar = str | int | float | bool


def key_of(path: Path) -> str:
    """The path as `pulumi config --path` takes it: `webui.scaling.max`, `alarms.emails[0]`, `tags["a.b"]`."""
    text = ""
    for segment in path:
        if isinstance(segment, int):
            text += f"[{segment}]"
        elif re.fullmatch(r"[\w$/:@+-]+", shown_segment(segment)):
            text += f".{segment}" if text else segment
        else:
            quoted = segment.replace("\\", "\\\\").replace('"', '\\"')
            text += f'["{shown_segment(quoted)}"]'
    return text
