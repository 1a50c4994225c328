"""`make plan BASE=` foretells what a real engine did with each change of one key that was judged on one."""

from functools import cache
from typing import Final

import pytest
from pulumi import RunError

from offline.difference import compare
from offline.difference.resource_changes import Difference
from offline.engine.aws_facts import AwsFacts
from tests.engine.changes import Change, changes
from tests.engine.given_account import CIDR, SUBNETS
from tests.engine.judgement import PROGRAM, Judgement, by_type, judged
from tests.program.variants import CERTIFICATE, SECRET_ARN, VPC_ID
from tests.support.program import ROOT, plan

_SUBNET_IDS: Final = {name: f"subnet-{number:017x}" for number, name in enumerate(SUBNETS)}
_WORDS: Final = _SUBNET_IDS | {
    "vpc": VPC_ID,
    "certificate": CERTIFICATE,
    "zone": "Z0123456789ABCDEFGHIJ",
    "secret": SECRET_ARN,
    "snapshot": "before",
    "key": "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef",
    "listener": "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/a/0123456789abcdef/0123456789abcdef",
    "topic": "arn:aws:sns:us-east-1:123456789012:given",
}
_AWS: Final = AwsFacts(
    vpcs={VPC_ID: {"cidrBlock": CIDR}},
    subnets={
        id_: {
            "availabilityZone": f"us-east-1{name.partition('-')[2][0]}",
            "vpcId": VPC_ID,
            "cidrBlock": f"10.0.{number}.0/24",
        }
        for number, (name, id_) in enumerate(_SUBNET_IDS.items())
    },
)
ONLY_AWS_KNOWS: Final = {
    "snapshot with a typo": "whether it exists",
    "throughput twice": "when it was changed last; the first change has a note that says so",
}
"""Refusals that no plan without AWS can tell."""
JUDGED: Final = {name: verdict for name, verdict in judged().items() if name not in ONLY_AWS_KNOWS}


@cache
def table() -> dict[str, Change]:
    return {change.name: change for change in changes(ROOT, _WORDS)}


def told(found: Difference) -> Judgement:
    """The difference in the words of a judgement; a remote component is made of its children, which no plan has."""
    labels: dict[str, list[str]] = {}
    for change in found.resources:
        if not change.type.startswith("awsx."):
            labels.setdefault(change.action.value, []).append(f"{change.type} {change.name}")
    return {action: by_type(found) for action, found in labels.items()}


@pytest.mark.parametrize("name", JUDGED)
def test_the_plan_foretells_what_the_engine_did(name: str) -> None:
    change, verdict = table()[name], JUDGED[name]
    if PROGRAM in verdict.get("refused", {}):
        with pytest.raises(RunError):
            plan(change.after, aws=_AWS)
        return
    found = compare(plan(change.before, aws=_AWS), plan(change.after, aws=_AWS))
    assert bool(found.refusals) == ("refused" in verdict), [str(refusal) for refusal in found.refusals]
    if "refused" not in verdict:
        assert told(found) == verdict


def test_what_only_aws_knows_was_refused_on_the_engine() -> None:
    for name in ONLY_AWS_KNOWS:
        assert "refused" in judged()[name], name


def test_every_change_of_the_table_was_judged() -> None:
    assert table().keys() == judged().keys()
