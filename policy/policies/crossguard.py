"""The rules in the words of Pulumi's policy SDK, which only the pack's own environment has."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UnknownValueError

from . import RULES
from .model import UNKNOWN, JudgedResource, Rule, Stack


def enforced() -> list[Policy]:
    """One policy for each rule."""
    return [_stack_policy(rule) if rule.whole_stack else _resource_policy(rule) for rule in RULES]


def _resource_policy(rule: Rule) -> Policy:
    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        for _, message in rule.broken_in(Stack([_resource(args.resource_type, args, {})])):
            report(f"{message}. {rule.text}")

    return ResourceValidationPolicy(**_head(rule), validate=validate)


def _stack_policy(rule: Rule) -> Policy:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        stack = Stack(_resource(found.resource_type, found, _sources(found)) for found in args.resources)
        for resource, message in rule.broken_in(stack):
            report(f"{resource.name}: {message}. {rule.text}", resource.urn)

    return StackValidationPolicy(**_head(rule), validate=validate)


def _head(rule: Rule) -> dict[str, Any]:
    return {
        "name": rule.id,
        "description": rule.text,
        "enforcement_level": EnforcementLevel[rule.level.name],
    }


def _resource(type_: str, found: Any, sources: Mapping[str, frozenset[str]]) -> JudgedResource:
    return JudgedResource(
        type=type_,
        name=found.name,
        urn=found.urn,
        props=plain(found.props),
        protect=bool(found.opts.protect),
        sources=sources,
    )


def _sources(found: PolicyResource) -> dict[str, frozenset[str]]:
    return {
        name: frozenset(resource.urn for resource in resources)
        for name, resources in found.property_dependencies.items()
    }


def plain(value: Any) -> Any:
    """Dicts and lists instead of the SDK's proxies, which raise at every value that a preview does not know."""
    if isinstance(value, Mapping):
        return {key: _known(partial(value.__getitem__, key)) for key in value}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_known(partial(value.__getitem__, index)) for index in range(len(value))]
    return value


def _known(read: Callable[[], Any]) -> Any:
    try:
        return plain(read())
    except UnknownValueError:
        return UNKNOWN
