"""The rules, as pure functions over plain resources: Pulumi's policy SDK and the offline recorder both feed them."""

from collections.abc import Iterable, Iterator
from typing import Final

from . import containers, data, encryption, iam, images, load_balancer, network
from .model import UNKNOWN, JudgedResource, Level, Rule, Stack, Violation

__all__ = ["RULES", "UNKNOWN", "JudgedResource", "Level", "Rule", "Stack", "Violation", "violations"]

RULES: Final[tuple[Rule, ...]] = (
    *network.RULES,
    *load_balancer.RULES,
    *containers.RULES,
    *images.RULES,
    *encryption.RULES,
    *iam.RULES,
    *data.RULES,
)


def violations(resources: Iterable[JudgedResource], rules: Iterable[Rule] = RULES) -> Iterator[Violation]:
    """Every violation in a whole stack, in the order of the rules."""
    stack = Stack(resources)
    for rule in rules:
        for resource in stack.resources:
            for message in rule.check(resource, stack):
                yield Violation(rule=rule, resource=resource, message=message)
