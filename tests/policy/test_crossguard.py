"""The rules in the words of Pulumi's policy SDK, which is stood in for: it needs an environment of its own."""

import enum
import importlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from policy.policies import RULES, UNKNOWN

SERVICE = "aws:ecs/service:Service"


class UnknownValueError(Exception):
    """What the SDK's proxies raise."""


class Hidden(dict[str, Any]):
    """A mapping that raises where the SDK's proxy does."""

    def __getitem__(self, key: str) -> Any:
        if (value := super().__getitem__(key)) == "unknown":
            raise UnknownValueError
        return value


@dataclass
class Policy:
    """Both kinds of policy: what they were made with."""

    name: str
    description: str
    enforcement_level: enum.Enum
    validate: Any


@dataclass
class Found:
    """A resource as the SDK gives it to rules of the stack and of single resources."""

    resource_type: str
    props: Mapping[str, Any]
    name: str = "bad"
    urn: str = "urn:pulumi:dev::p::t::bad"
    opts: Any = field(default_factory=lambda: SimpleNamespace(protect=False))
    property_dependencies: dict[str, Sequence["Found"]] = field(default_factory=dict)


@pytest.fixture
def crossguard(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    levels = enum.Enum("levels", ["MANDATORY", "ADVISORY"])
    sdk, proxy = ModuleType("pulumi_policy"), ModuleType("pulumi_policy.proxy")
    for name in ("Policy", "ResourceValidationPolicy", "StackValidationPolicy"):
        setattr(sdk, name, type(name, (Policy,), {}))
    for name in ("PolicyResource", "ReportViolation", "ResourceValidationArgs", "StackValidationArgs"):
        setattr(sdk, name, object)
    vars(sdk)["EnforcementLevel"] = levels
    vars(proxy)["UnknownValueError"] = UnknownValueError
    monkeypatch.setitem(sys.modules, "pulumi_policy", sdk)
    monkeypatch.setitem(sys.modules, "pulumi_policy.proxy", proxy)
    yield importlib.import_module("policy.policies.crossguard")
    sys.modules.pop("policy.policies.crossguard")


def policy(crossguard: Any, name: str) -> Any:
    return next(made for made in crossguard.enforced() if made.name == name)


def test_every_rule_is_a_policy_of_its_level_and_kind(crossguard: Any) -> None:
    made = [(p.name, p.enforcement_level.name.lower(), type(p).__name__) for p in crossguard.enforced()]
    kinds = {True: "StackValidationPolicy", False: "ResourceValidationPolicy"}
    assert made == [(rule.id, rule.level.value, kinds[rule.whole_stack]) for rule in RULES]


def test_a_single_bad_resource_is_reported_with_the_remedy(crossguard: Any) -> None:
    reported: list[str] = []
    bad = Found(SERVICE, {"networkConfiguration": {"assignPublicIp": True}})
    policy(crossguard, "public-address").validate(bad, reported.append)
    assert [text.startswith("networkConfiguration.assignPublicIp is true. Tasks") for text in reported] == [True]


def test_a_rule_of_the_stack_follows_dependencies_and_names_the_resource(crossguard: Any) -> None:
    reported: list[tuple[str, str]] = []
    group = Found("aws:ec2/securityGroup:SecurityGroup", {}, "tasks", "urn:group")
    world = {"cidrIpv4": "0.0.0.0/0", "fromPort": 443, "toPort": 443}
    rule = Found(
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        world,
        "rule",
        "urn:rule",
        property_dependencies={"securityGroupId": [group]},
    )
    balancer = Found(
        "aws:lb/loadBalancer:LoadBalancer", {}, "alb", "urn:alb", property_dependencies={"securityGroups": [group]}
    )
    validate = policy(crossguard, "public-ingress").validate
    validate(SimpleNamespace(resources=[group, rule, balancer]), lambda text, urn: reported.append((text, urn)))
    assert reported == []
    validate(SimpleNamespace(resources=[group, rule]), lambda text, urn: reported.append((text, urn)))
    assert [(text.startswith("rule: 0.0.0.0/0"), urn) for text, urn in reported] == [(True, "urn:rule")]


def test_protection_is_seen(crossguard: Any) -> None:
    reported: list[str] = []
    guarded = Found("aws:efs/fileSystem:FileSystem", {}, opts=SimpleNamespace(protect=True))
    bare = Found("aws:kms/key:Key", {}, "bare", "urn:bare")
    validate = policy(crossguard, "data-protected").validate
    validate(SimpleNamespace(resources=[guarded, bare]), lambda text, _: reported.append(text))
    assert [text.split(".")[0] for text in reported] == ["bare: is not protected"]


def test_values_that_a_preview_does_not_know_become_unknown_at_any_depth(crossguard: Any) -> None:
    props = Hidden(a="unknown", b=[Hidden(c="unknown", d=1)], e="text")
    assert crossguard.plain(props) == {"a": UNKNOWN, "b": [{"c": UNKNOWN, "d": 1}], "e": "text"}
