"""Tags that every AWS service takes."""

import re

MOST_TAGS = 50
"""AWS tags on one resource."""

LONGEST_KEY = 128
LONGEST_VALUE = 256

_ALLOWED = re.compile(r"[\w .:/=+@-]*")


def key_problem(key: str) -> str | None:
    """What is allowed if a service would refuse the tag key, else None."""
    if not 1 <= len(key) <= LONGEST_KEY:
        return f"must be 1 to {LONGEST_KEY} characters long (AWS tag key)"
    if key.lower().startswith("aws:"):
        return "must not start with aws: (AWS keeps such tag keys for itself)"
    return None if _ALLOWED.fullmatch(key) else _characters("key")


def value_problem(value: str) -> str | None:
    """What is allowed if a service would refuse the tag value, else None."""
    if len(value) > LONGEST_VALUE:
        return f"must be at most {LONGEST_VALUE} characters long (AWS tag value)"
    return None if _ALLOWED.fullmatch(value) else _characters("value")


def _characters(part: str) -> str:
    return f"must be letters, digits, spaces and _ . : / = + - @ (AWS tag {part})"
