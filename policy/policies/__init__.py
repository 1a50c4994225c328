"""The rules, as pure functions over plain resources: Pulumi's policy SDK and the offline recorder both feed them."""

from collections.abc import Iterable, Iterator
from typing import Final

from . import containers, data, encryption, iam, images, load_balancer, network
from .model import UNKNOWN, JudgedResource, Level, Rule, Stack, Violation

__all__ = ["RULES", "UNKNOWN", "JudgedResource", "Level", "Rule", "Stack", "Violation", "violations"]

_MODULES: Final = (network, load_balancer, containers, images, encryption, iam, data)

RULES: Final = tuple(rule for module in _MODULES for rule in vars(module).values() if isinstance(rule, Rule))
"""In the order of the modules, and within each as it is written."""


def violations(resources: Iterable[JudgedResource], rules: Iterable[Rule] = RULES) -> Iterator[Violation]:
    """Every violation in a whole stack, in the order of the rules."""
    stack = Stack(resources)
    for rule in rules:
        for resource, message in rule.broken_in(stack):
            yield Violation(rule=rule, resource=resource, message=message)
