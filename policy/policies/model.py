"""What rules see of a stack, and how they look into properties of which some may be unknown."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, partial
from typing import Any, Final


class Unknown:
    """A value that only the deployment will know: no rule holds it against anybody."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


class Level(StrEnum):
    """CrossGuard's enforcement levels."""

    MANDATORY = "mandatory"
    """The plan and the deployment fail."""
    ADVISORY = "advisory"


@dataclass(frozen=True, kw_only=True)
class JudgedResource:
    """One resource of a stack."""

    type: str
    name: str
    urn: str
    props: Mapping[str, Any]
    """Inputs in Pulumi's camelCase; what is not known yet is `UNKNOWN`.

    Rules of the whole stack get outputs from Pulumi itself, which hold the inputs too.
    """
    protect: bool = False
    sources: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Property -> URNs of the resources whose outputs went into it."""

    def get(self, *path: str | int) -> Any:
        """The value at a path such as `("networkConfiguration", "assignPublicIp")`; None where nothing is."""
        return look(self.props, *path)

    def items(self, *path: str | int) -> Iterator[Any]:
        """The known items of the list at a path."""
        return known_items(self.get(*path))


class Stack:
    """All resources that a rule may compare. For a rule of single resources it holds that one only."""

    def __init__(self, resources: Iterable[JudgedResource]) -> None:
        self.resources = tuple(resources)

    @cached_property
    def production(self) -> bool:
        """Whether losing this stack would hurt: something of it is protected, or it is called so."""
        names = {resource.urn.split(":")[2] for resource in self.resources if resource.urn.count(":") > 1}
        return any(resource.protect for resource in self.resources) or bool(names & {"prod", "production"})

    def of_type(self, *tokens: str) -> list[JudgedResource]:
        """The resources of these types."""
        return [resource for resource in self.resources if resource.type in tokens]

    def behind(self, resource: JudgedResource, property_: str, token: str) -> list[JudgedResource]:
        """The resources of one type that a property was made from."""
        urns = resource.sources.get(property_, frozenset())
        return [other for other in self.of_type(token) if other.urn in urns]


Check = Callable[[JudgedResource, Stack], Iterable[str]]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One thing that holds for a stack."""

    id: str
    level: Level
    text: str
    """What is wanted, which control asks for it, and what to do."""
    check: Check
    """What is wrong with a resource, one text each."""
    types: tuple[str, ...] = ()
    """The types of resources that it is about; all when empty."""
    whole_stack: bool = False
    """Whether the check compares resources, so that it can run only once all of them are known."""

    def broken_in(self, stack: Stack) -> Iterator[tuple[JudgedResource, str]]:
        """Each resource that breaks the rule, and how."""
        for resource in stack.of_type(*self.types) if self.types else stack.resources:
            for message in self.check(resource, stack):
                yield resource, message


def _rule(level: Level, id_: str, text: str, *types: str, whole_stack: bool = False) -> Callable[[Check], Rule]:
    return lambda check: Rule(id=id_, level=level, text=text, types=types, check=check, whole_stack=whole_stack)


mandatory: Final = partial(_rule, Level.MANDATORY)
"""Makes the check below it a rule: `@mandatory(id, text, *types, whole_stack=False)`, see `Rule`."""

advisory: Final = partial(_rule, Level.ADVISORY)


@dataclass(frozen=True, kw_only=True)
class Violation:
    """A rule that a resource breaks."""

    rule: Rule
    resource: JudgedResource
    message: str

    def __str__(self) -> str:
        return f"{self.rule.id}: {self.resource.name}: {self.message}. {self.rule.text}"


def look(value: Any, *path: str | int) -> Any:
    """The value at a path; `UNKNOWN` as soon as something on the way is, None where nothing is."""
    for key in path:
        if value is UNKNOWN:
            return UNKNOWN
        if isinstance(key, str):
            value = value.get(key) if isinstance(value, Mapping) else None
        else:
            value = value[key] if isinstance(value, list) and key < len(value) else None
    return value


def known_items(value: Any) -> Iterator[Any]:
    """The items of a list that are known; of anything else none."""
    return (item for item in value if item is not UNKNOWN) if isinstance(value, list) else iter(())


def is_set(value: Any) -> bool:
    """Whether there is a value, known or not."""
    return value is UNKNOWN or bool(value)


def is_true(value: Any) -> bool:
    """True or not known yet."""
    return value is UNKNOWN or value is True


def json_of(value: Any) -> Any:
    """The document that a property holds as JSON; None when it is unknown or there is none."""
    if not isinstance(value, str):
        return value if isinstance(value, dict | list) else None
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        return None


def as_list(value: Any) -> list[Any]:
    """Policy documents write a list of one without brackets."""
    if value is None or value is UNKNOWN:
        return []
    return value if isinstance(value, list) else [value]
