"""Whatever valid configuration a stack has, each service's tasks may leave as it says, and in no other way."""

from collections.abc import Iterator

import pulumi_aws as aws
from hypothesis import given

from offline.engine.recording import Recording
from tests.program.configurations import Configuration, configurations
from tests.program.test_any_configuration import examples, parsed, planned
from tests.support.program import Config, apps, plan, service

Way = tuple[int, str]
"""A port, and the addresses that may be connected to there."""


def ways_out(recording: Recording, app: str) -> list[Way]:
    """What the egress rules of all groups that the tasks are in open to addresses."""
    groups = recording.used_by(service(recording, app), "networkConfiguration", aws.ec2.SecurityGroup)
    assert groups
    rules = recording.of_type(aws.vpc.SecurityGroupEgressRule)
    own = [one for one in rules if {group.urn for group in groups} & one.property_dependencies["securityGroupId"]]
    return sorted(way for rule in own for way in ways_of(rule.inputs))


def ways_of(rule: Config) -> Iterator[Way]:
    """The way of a rule to addresses; none of one to a group of the stack."""
    assert rule["ipProtocol"] == "tcp"
    assert rule["fromPort"] == rule["toPort"]
    for kind in ("cidrIpv4", "cidrIpv6", "prefixListId"):
        if kind in rule:
            yield int(str(rule["fromPort"])), str(rule[kind])


@given(configurations())
@examples(3)
def test_tasks_leave_as_the_configuration_says_and_in_no_other_way(configuration: Configuration) -> None:
    stack = parsed(configuration)
    if stack is None:
        return
    recording = planned(configuration)
    for name, app in stack.apps.items():
        said = {(way.port, addresses) for way in app.ways_out for addresses in way.destinations}
        said |= {(stack.proxy.port, addresses) for addresses in stack.proxy.ranges} if stack.proxy else set()
        assert ways_out(recording, name) == sorted(said), name
        assert any(port == 443 for port, _ in said), f"{name}: no task could pull its image"


def test_an_entry_for_https_takes_the_place_of_everywhere_and_others_stand_beside_it() -> None:
    narrow = [{"port": 443, "cidrs": ["10.0.0.0/16"]}, {"port": 443, "prefixList": "pl-0123456789abcdef0"}]
    image = "{account}.dkr.ecr.{region}.amazonaws.com/a:1.2"
    recording = plan(
        {
            "network": {"natGateways": "none", "endpoints": True},
            "webui": {"image": image, "egress": narrow},
            "gateway": {"image": image, "egress": [{"port": 8443, "cidrs": ["2001:db8::/32"]}]},
        }
    )
    assert {app: ways_out(recording, app) for app in apps(recording)} == {
        "webui": [(443, "10.0.0.0/16"), (443, "pl-0123456789abcdef0")],
        "gateway": [(443, "0.0.0.0/0"), (8443, "2001:db8::/32")],
    }
