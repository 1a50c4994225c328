"""Promises that every component keeps, in its smallest and in its largest form."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pulumi
import pulumi_random as random
import pytest
import yaml

from aws_rules import names
from offline.engine import record
from offline.engine.recording import Recording
from package.provider import COMPONENTS
from tests import inventories
from tests.support import component_args
from tests.support.component_recording import FACTS, component_of
from tests.support.component_variants import LARGEST, VARIANTS, recorded

WRITTEN = yaml.safe_load(inventories.CHILDREN.read_text())

NAME_LIMITS = {
    "cloudwatch.LogGroup": ("name", 512),
    "cloudwatch.MetricAlarm": ("name", 255),
    "ec2.SecurityGroup": ("name", 255),
    "ecr.Repository": ("name", 256),
    "ecs.Cluster": ("name", 255),
    "ecs.Service": ("name", 255),
    "ecs.TaskDefinition": ("family", 255),
    "efs.FileSystem": ("creationToken", 64),
    "elasticache.ReplicationGroup": ("replicationGroupId", 40),
    "elasticache.SubnetGroup": ("name", 255),
    "iam.Role": ("name", 64),
    "kms.Alias": ("name", 256),
    "lb.LoadBalancer": ("name", 32),
    "lb.TargetGroup": ("name", 32),
    "rds.Cluster": ("clusterIdentifier", 63),
    "rds.ClusterInstance": ("identifier", 63),
    "rds.SubnetGroup": ("name", 255),
    "s3.Bucket": ("bucket", 63),
    "secretsmanager.Secret": ("name", 512),
    "sns.Topic": ("name", 256),
    "wafv2.WebAcl": ("name", 128),
}
"""Which property holds the physical name, and how long AWS lets it be: the API reference of what creates it."""

PROTECTED = {
    "cognito.UserPool",
    "efs.FileSystem",
    "kms.Key",
    "lb.LoadBalancer",
    "rds.Cluster",
    "s3.Bucket",
    "secretsmanager.Secret",
}
"""What holds data, or the name that people know."""

each_variant = pytest.mark.parametrize("variant", VARIANTS)
each_component = pytest.mark.parametrize("variant", LARGEST.values())


def inventory(recording: Recording) -> set[tuple[str, str, str | None]]:
    return {(resource.type, resource.name, resource.parent) for resource in recording.resources}


def strings(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """(path, text) of every string in an input, with paths as in `secret_paths`."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from strings(item, f"{path}[{position}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from strings(item, f"{path}.{key}" if path else key)


def is_wrapped(path: str, secret_paths: frozenset[str]) -> bool:
    return any(path == secret or path.startswith((f"{secret}.", f"{secret}[")) for secret in secret_paths)


def random_values(recording: Recording) -> list[str]:
    return [str(made.outputs["result"]) for made in recording.of_type(random.RandomPassword)]


def test_every_component_class_is_among_the_variants() -> None:
    advice = "give the class its args in tests/support/component_args.py and two lines in component_variants.py"
    assert set(COMPONENTS) == set(LARGEST), advice


def test_the_variants_use_the_longest_names_that_people_may_type() -> None:
    assert len(component_args.LONGEST_PREFIX) == names.MAX_NAME_PREFIX
    assert len(component_args.LONGEST_SERVICE) == names.MAX_SERVICE_NAME


@each_variant
def test_its_type_token_and_its_children_are_those_written_down(variant: str) -> None:
    # The token is part of every URN: a change of it replaces what the component owns in every deployed stack.
    assert inventories.children(variant) == WRITTEN.get(variant), inventories.advice(inventories.CHILDREN)


def test_nothing_is_written_down_of_a_variant_that_is_gone() -> None:
    assert WRITTEN.keys() <= VARIANTS.keys(), inventories.advice(inventories.CHILDREN)


@each_variant
def test_everything_belongs_to_the_component(variant: str) -> None:
    component = component_of(recorded(variant))
    assert {resource.parent for resource in recorded(variant).resources} - {None} <= {component.urn}


@each_variant
def test_names_are_unique_and_begin_with_the_components_own(variant: str) -> None:
    found = [resource.name for resource in recorded(variant).resources if resource.parent]
    own = (f"{VARIANTS[variant].name}-", f"aws-waf-logs-{VARIANTS[variant].name}-")
    assert [name for name in found if not name.startswith(own)] == []
    assert len(set(found)) == len(found)


@each_variant
def test_physical_names_stay_within_the_limits_of_aws(variant: str) -> None:
    limited = [(resource, *NAME_LIMITS.get(resource.short_type, ("", 0))) for resource in recorded(variant).resources]
    too_long = [(str(r), r.outputs[key]) for r, key, limit in limited if key and len(r.outputs[key]) > limit]
    assert too_long == []


@each_variant
def test_it_registers_the_outputs_that_its_class_declares(variant: str) -> None:
    outputs = component_of(recorded(variant)).registered_outputs
    assert outputs is not None
    assert set(outputs) == set(VARIANTS[variant].component.__annotations__)
    assert None not in outputs.values()


@each_variant
def test_a_preview_shows_what_an_update_makes(variant: str) -> None:
    assert inventory(recorded(variant, preview=True)) == inventory(recorded(variant))


@each_variant
def test_random_values_travel_as_secrets_only(variant: str) -> None:
    recording = recorded(variant)
    values = random_values(recording)
    naked = [
        f"{resource}: {path}"
        for resource in recording.resources
        for path, text in strings(resource.inputs, "")
        if any(value in text for value in values) and not is_wrapped(path, resource.secret_paths)
    ]
    assert naked == []
    assert not [text for _, text in strings(component_of(recording).registered_outputs, "") if text in values]


@each_variant
def test_every_random_value_is_used(variant: str) -> None:
    recording = recorded(variant)
    texts = [text for resource in recording.resources for _, text in strings(resource.inputs, "")]
    assert [value for value in random_values(recording) if not any(value in text for text in texts)] == []


@each_variant
def test_what_holds_data_or_an_address_is_protected_and_only_when_asked(variant: str) -> None:
    kept = {r.name for r in recorded(variant).resources if VARIANTS[variant].protect and r.short_type in PROTECTED}
    assert {r.name for r in recorded(variant).resources if r.protect} == kept


@cache
def recorded_twice(variant: str) -> Recording:
    """One instance with options of its caller, and beside it one without."""
    found = VARIANTS[variant]

    def program() -> None:
        outer = pulumi.ComponentResource("test:index:Outer", "outer")
        opts = pulumi.ResourceOptions(parent=outer, aliases=[pulumi.Alias(name="former")])
        found.component(found.name, found.args, opts)
        found.component("second", found.args)

    return record(program, aws=FACTS)


@each_component
def test_the_callers_options_reach_the_component_and_no_child(variant: str) -> None:
    recording = recorded_twice(variant)
    component = recording.one(component_of(recorded(variant)).type, VARIANTS[variant].name)
    assert component.parent == recording.one("test:index:Outer", "outer").urn
    former = [resource for resource in recording.resources if {"name": "former"} in resource.aliases]
    assert former == [component]
    assert len(recording.children(component.urn)) == len(WRITTEN[variant]["children"])


@each_component
def test_two_instances_live_in_one_stack(variant: str) -> None:
    both = [resource for resource in recorded_twice(variant).resources if resource.name != "outer"]
    assert len(both) == 2 * (len(WRITTEN[variant]["children"]) + 1)
