"""What AWS refuses and what moto cannot answer, as functions of an operation's parameters."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

Params = dict[str, Any]
"""An operation's parameters, named as in AWS's service model."""
Operation = tuple[str, str]
"""A service as boto3 names it, and its operation: ("ec2", "DeleteSubnet")."""
Check = Callable[[Params], None]
Answer = Callable[[Params], Any]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Something that AWS refuses and moto accepts."""

    name: str
    source: str
    """Where AWS says so: "api" is botocore's service model, "guide" a user guide, "seen" what AWS answered somebody."""
    check: Check
    """Raises `RefusedError`."""


class RefusedError(Exception):
    """AWS refuses a call.

    moto's serializers read `code` and `message`, and look the code up in the service's model.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


RULES: dict[Operation, list[Rule]] = defaultdict(list)
ANSWERS: dict[Operation, Answer] = {}
EFFECTS: dict[Operation, list[Check]] = defaultdict(list)


def refuse(code: str, message: str) -> NoReturn:
    """Refuse the call in AWS's words."""
    raise RefusedError(code, message)


def rule(service: str, *operations: str, source: str) -> Callable[[Check], Check]:
    """Run the decorated check before the operations."""

    def add(check: Check) -> Check:
        for operation in operations:
            RULES[service, operation].append(Rule(name=check.__name__, source=source, check=check))
        return check

    return add


def answers(service: str, *operations: str) -> Callable[[Answer], Answer]:
    """Let the decorated function answer instead of moto, in the shape of the operation's output."""

    def add(answer: Answer) -> Answer:
        for operation in operations:
            ANSWERS[service, operation] = answer
        return answer

    return add


def effect(service: str, *operations: str) -> Callable[[Check], Check]:
    """Run the decorated function after moto has carried the operations out."""

    def add(run: Check) -> Check:
        for operation in operations:
            EFFECTS[service, operation].append(run)
        return run

    return add
