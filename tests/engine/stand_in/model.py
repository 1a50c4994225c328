"""AWS's own model of every operation as a rule: required parameters, lengths, ranges, enums, patterns."""

import re
from functools import cache
from typing import Any

from tests.engine.stand_in.calls import Call
from tests.engine.stand_in.rules import refuse

SOURCE = "api: the input shape of the operation"
CODES = {
    "ec2": "InvalidParameterValue",
    "ecs": "InvalidParameterException",
    "efs": "BadRequest",
    "elasticache": "InvalidParameterValue",
    "elbv2": "ValidationError",
    "iam": "ValidationError",
    "logs": "InvalidParameterException",
    "rds": "InvalidParameterValue",
    "route53": "InvalidInput",
    "secretsmanager": "InvalidParameterException",
    "sns": "InvalidParameter",
}
"""Service: what it answers parameters that its model does not allow with; the others say ValidationException."""


def check(call: Call) -> None:
    """Refuse parameters that do not fit the operation's input shape."""
    if call.shape is not None:
        _check(call, call.shape, call.params, "")


def _check(call: Call, shape: Any, value: Any, path: str) -> None:
    if shape.type_name == "structure" and isinstance(value, dict):
        for missing in sorted(set(shape.required_members) - value.keys()):
            _refuse(call, f"{path}.{missing}", "must not be null")
        for name, member in value.items():
            _check(call, shape.members[name], member, f"{path}.{name}")
    elif shape.type_name == "list" and isinstance(value, list):
        _check_size(call, shape, len(value), path)
        for number, member in enumerate(value, start=1):
            _check(call, shape.member, member, f"{path}.{number}")
    elif shape.type_name == "string" and isinstance(value, str):
        _check_text(call, shape, value, path)
    elif shape.type_name in ("integer", "long", "float", "double") and isinstance(value, int | float):
        _check_size(call, shape, value, path)


def _check_size(call: Call, shape: Any, size: float, path: str) -> None:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if (least is not None and size < least) or (most is not None and size > most):
        _refuse(call, path, f"must be between {least} and {most}, is {size}")


def _check_text(call: Call, shape: Any, value: str, path: str) -> None:
    _check_size(call, shape, len(value), path)
    enum, pattern = shape.metadata.get("enum"), _compiled(shape.metadata.get("pattern", ""))
    if enum and value not in enum:
        _refuse(call, path, f"must satisfy enum value set: {', '.join(enum)}")
    if pattern and not pattern.search(value):
        _refuse(call, path, f"must satisfy regular expression pattern: {pattern.pattern}")


@cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """The pattern, or None where it is Java's and Python has no such syntax."""
    try:
        return re.compile(pattern) if pattern else None
    except re.error:
        return None


def _refuse(call: Call, path: str, problem: str) -> None:
    code = CODES.get(call.service, "ValidationException")
    refuse(
        code, f"1 validation error detected: Value at '{path.lstrip('.')}' failed to satisfy constraint: it {problem}"
    )
