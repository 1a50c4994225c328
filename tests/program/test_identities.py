"""Who a resource is in Pulumi's state and in AWS: a change here replaces or orphans what is deployed."""

import inspect
from collections import Counter

import pulumi_aws
import pytest
import yaml

from offline.engine.recording import Recording
from tests import inventories
from tests.program.variants import PLANS, VARIANTS, variant
from tests.support.program import Config, plan

PHYSICAL_NAMES = {
    "alarmName",
    "bucket",
    "clusterIdentifier",
    "dashboardName",
    "family",
    "identifier",
    "name",
    "replicationGroupId",
    "topicName",
}
NO_NAMES = {
    "aws:elasticache/parameterGroup:ParameterGroup": {"family"},
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": {"family"},
    # What belongs to a bucket names it; the bucket itself is named by Pulumi, as a test below demands.
    "aws:s3/": {"bucket"},
    "aws:route53/record:Record": {"name"},
    # Unique within the service that it scales, and a stack's services are its own.
    "aws:appautoscaling/scheduledAction:ScheduledAction": {"name"},
}
"""Inputs of these types that do not name the resource, or not beyond something that the stack owns."""


def takes_tags(token: str) -> bool:
    """Whether the SDK's class for a type token has the argument `tags`."""
    if not token.startswith("aws:"):
        return token == "awsx:ec2:Vpc"
    module, class_name = token.removeprefix("aws:").split("/")[0], token.rsplit(":", 1)[1]
    made = getattr(getattr(pulumi_aws, module), class_name)
    return "tags" in inspect.signature(made._internal_init).parameters


def physical_names(recording: Recording) -> dict[tuple[str, str], str]:
    """The names that the program chose, by type and input."""
    found: dict[tuple[str, str], str] = {}
    for resource in recording.resources:
        ignored = {key for prefix, keys in NO_NAMES.items() if resource.type.startswith(prefix) for key in keys}
        for key in (PHYSICAL_NAMES & resource.inputs.keys()) - ignored:
            found[f"{resource.type} {resource.name}", key] = resource.inputs[key]
    return found


def test_the_program_uses_every_component_and_no_other() -> None:
    written = {entry["type"] for entry in yaml.safe_load(inventories.CHILDREN.read_text()).values()}
    top = (one.type for make in PLANS.values() for one in make().children(None))
    advice = "a component is made in __main__.py, of args that a function in apps/ makes of the settings"
    assert set(top) == written, advice


def test_every_resource_of_dev_keeps_its_identity() -> None:
    now, before = set(inventories.identities()), set(inventories.IDENTITIES.read_text().splitlines())
    gone, new = sorted(before - now), sorted(now - before)
    replaced = "a deployed stack would delete what is gone; if it was renamed or moved, add an alias with its old URN"
    assert gone == [], f"{replaced}; {inventories.advice(inventories.IDENTITIES)}:\n" + "\n".join(gone)
    assert new == [], f"{inventories.advice(inventories.IDENTITIES)}:\n" + "\n".join(new)


@pytest.mark.parametrize("name", PLANS)
def test_urns_are_unique_and_names_say_what_they_are(name: str) -> None:
    recording = PLANS[name]()
    assert [urn for urn, count in Counter(found.urn for found in recording.resources).items() if count > 1] == []
    # The parent's type alone tells two components of one type apart in a URN, so names have to.
    same = Counter((found.type, found.name) for found in recording.resources)
    assert [pair for pair, count in same.items() if count > 1] == []


@pytest.mark.parametrize("name", PLANS)
def test_every_resource_belongs_to_a_component(name: str) -> None:
    recording = PLANS[name]()
    assert {found.type.split(":")[0] for found in recording.children(None)} == {"webui-bedrock"}


@pytest.mark.parametrize("name", PLANS)
def test_every_component_registers_its_outputs(name: str) -> None:
    own = [found for found in PLANS[name]().resources if found.type.startswith("webui-bedrock:")]
    assert [found.name for found in own if found.registered_outputs is None] == []


def test_every_taggable_resource_has_the_programs_and_the_users_tags() -> None:
    recording = variant("tags").plan()
    wanted = {"Project": "webui-bedrock", "Environment": "dev", "CostCenter": "4711", "Owner": "platform"}
    taggable = [found for found in recording.resources if takes_tags(found.type)]
    assert len({found.type for found in taggable}) > 20
    assert [str(found) for found in taggable if not wanted.items() <= (found.inputs.get("tags") or {}).items()] == []


OLD_EXPORTS = variant("old exports")
TEAM_CHAT: Config = {**OLD_EXPORTS.overrides, "namePrefix": "team-chat"}


def test_a_tag_names_each_resource() -> None:
    names = [found.inputs["tags"]["Name"] for found in plan(TEAM_CHAT).resources if found.inputs.get("tags")]
    assert len(set(names)) == len(names) > 20
    assert all(name.startswith("team-chat-") for name in names)


def test_two_stacks_with_different_prefixes_share_no_physical_name() -> None:
    first, second = physical_names(OLD_EXPORTS.plan()), physical_names(plan(TEAM_CHAT))
    assert first.keys() == second.keys()
    assert len(first) >= 8
    assert {key: value for key, value in first.items() if value == second[key]} == {}


def test_only_names_that_people_type_are_fixed() -> None:
    typed = {value for value in physical_names(plan(TEAM_CHAT)).values() if "team-chat" in value}
    assert typed >= {
        "/ecs/team-chat",
        "alias/team-chat",
        "team-chat-cluster",
        "team-chat-gateway-service",
        "team-chat-webui-service",
    }


@pytest.mark.parametrize("name", VARIANTS)
def test_what_blocks_its_own_replacement_is_named_by_pulumi(name: str) -> None:
    # Two load balancers, target groups or groups of one name cannot stand beside each other, not even for a moment.
    tokens = {
        "aws:ec2/securityGroup:SecurityGroup",
        "aws:efs/fileSystem:FileSystem",
        "aws:iam/role:Role",
        "aws:lb/loadBalancer:LoadBalancer",
        "aws:lb/targetGroup:TargetGroup",
        "aws:s3/bucket:Bucket",
        "aws:secretsmanager/secret:Secret",
    }
    found = [one for one in VARIANTS[name].plan().resources if one.type in tokens]
    assert [one.name for one in found if one.inputs.keys() & {"name", "bucket", "creationToken"}] == []
