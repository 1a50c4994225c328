"""The check refuses one value of each kind, and says where, what and why."""

import html
import re
from dataclasses import replace
from typing import Any

import pulumi_aws as aws
import pytest

from offline.engine.recording import Resource, ResourceKind
from tests.aws_schemas.checker import refusals, unmapped
from tests.aws_schemas.documented import DOCUMENTED, Documented
from tests.aws_schemas.models import documentation
from tests.aws_schemas.translate import Translator
from tests.support.component_variants import recorded
from tests.support.program import plan


def changed(kind: ResourceKind, **inputs: Any) -> Resource:
    """A resource of the dev stack with other inputs; None takes one away."""
    resource = plan().of_type(kind)[0]
    merged = {**resource.inputs, **inputs}
    return replace(resource, inputs={key: value for key, value in merged.items() if value is not None})


def refused(resource: Resource) -> str:
    (only,) = refusals([resource])
    return str(only)


def test_the_apostrophe_of_the_file_systems_security_group_is_refused() -> None:
    group = recorded("file system").one(aws.ec2.SecurityGroup)
    message = refused(replace(group, inputs={**group.inputs, "description": "The shared file system's mount targets"}))
    assert message == (
        f'{group}: description = "The shared file system\'s mount targets": '
        "pattern ^([a-z,A-Z,0-9,. _\\-:/()#,@[\\]+=&;\\{\\}!$*])*$ "
        "(CloudFormation's schema of AWS::EC2::SecurityGroup)"
    )


@pytest.mark.parametrize(
    ("kind", "inputs", "words"),
    [
        pytest.param(aws.ec2.SecurityGroup, {"vpcId": "vpc-1"}, 'vpcId = "vpc-1": pattern ^vpc-', id="a pattern"),
        pytest.param(
            aws.efs.FileSystem, {"throughputMode": "fast"}, 'throughputMode = "fast": enum [', id="an enumeration"
        ),
        pytest.param(aws.ec2.SecurityGroup, {"description": "d" * 256}, "maxLength 255", id="its length"),
        pytest.param(aws.lb.TargetGroup, {"port": 0}, "port = 0: minimum 1", id="its size"),
        pytest.param(aws.lb.TargetGroup, {"port": "http"}, 'port = "http": type integer', id="its type"),
        pytest.param(
            aws.iam.Role, {"assumeRolePolicy": None}, "'AssumeRolePolicyDocument' is a required", id="being absent"
        ),
        pytest.param(
            aws.vpc.SecurityGroupIngressRule, {"cidrIpv6": "::/0"}, "Only one of [", id="standing beside another"
        ),
        pytest.param(
            aws.rds.Cluster, {"enabledCloudwatchLogsExports": ["a", "a"]}, "uniqueItems True", id="standing twice"
        ),
        pytest.param(aws.cloudwatch.LogGroup, {"kmsKeyId": "none"}, 'kmsKeyId = "none": ', id="a format"),
        pytest.param(
            aws.kms.Key, {"policy": "\N{SNOWMAN}"}, "botocore's model of kms.CreateKey", id="botocore's model"
        ),
        pytest.param(
            aws.vpc.SecurityGroupIngressRule,
            {"description": "it's"},
            "(ec2.AuthorizeSecurityGroupIngress",
            id="the documentation",
        ),
        pytest.param(aws.ec2.SecurityGroup, {"name": "sg-x"}, "Can't start with sg-", id="its beginning"),
        pytest.param(aws.ec2.SecurityGroup, {"tags": {"aws:mine": "x"}}, "not aws:", id="a tag's key"),
    ],
)
def test_a_value_is_refused_for(kind: ResourceKind, inputs: dict[str, Any], words: str) -> None:
    assert words in "\n".join(str(found) for found in refusals([changed(kind, **inputs)]))


def test_the_name_that_pulumi_gives_is_checked_too() -> None:
    group = replace(changed(aws.ec2.SecurityGroup), outputs={"name": "sg-x"})
    assert 'name = "sg-x": Can\'t start with sg-' in refused(group)


def test_nothing_is_refused_of_what_was_not_changed() -> None:
    for kind in (
        aws.ec2.SecurityGroup,
        aws.vpc.SecurityGroupIngressRule,
        aws.efs.FileSystem,
        aws.rds.Cluster,
        aws.cloudwatch.LogGroup,
        aws.iam.Role,
        aws.lb.TargetGroup,
        aws.kms.Key,
    ):
        assert refusals([changed(kind)]) == []


def test_a_secret_value_is_not_shown() -> None:
    message = refused(changed(aws.rds.Cluster, masterPassword="pass@word"))
    assert "masterPassword = (secret): from 8 to 41 characters" in message
    assert "pass@word" not in message


def test_a_property_and_a_type_that_no_model_has_are_told() -> None:
    assert unmapped([changed(aws.ec2.SecurityGroup, colour="blue")]) == {
        f"{changed(aws.ec2.SecurityGroup).type} colour"
    }
    assert unmapped([replace(changed(aws.ec2.SecurityGroup), type="aws:new/thing:Thing")]) == {"aws:new/thing:Thing"}


@pytest.mark.parametrize(
    ("inputs", "properties", "instance"),
    [
        ({"kmsKeyId": "k"}, {"KMSKeyID": "string"}, {"KMSKeyID": "k"}),
        ({"name": "n"}, {"GroupName": "string", "OwnerName": "string"}, {"GroupName": "n"}),
        ({"subnets": ["s"]}, {"SubnetIds": "array"}, {"SubnetIds": ["s"]}),
        ({"policy": "p"}, {"PolicyName": "string", "PolicyDocument": "string"}, {"PolicyDocument": "p"}),
        ({"zoneId": "z"}, {"HostedZoneId": "string"}, {"HostedZoneId": "z"}),
        ({"healthCheck": {"path": "/"}}, {"HealthCheckPath": "string"}, {"HealthCheckPath": "/"}),
        ({"insightsEnabled": True}, {"EnableInsights": "boolean"}, {"EnableInsights": True}),
        ({"ttl": 300}, {"TTL": "string"}, {"TTL": "300"}),
        ({"cpu": "256"}, {"Cpu": "integer"}, {"Cpu": 256}),
    ],
)
def test_names_are_mapped_by_rule(inputs: dict[str, Any], properties: dict[str, str], instance: dict[str, Any]) -> None:
    schema = {"properties": {name: {"type": type_} for name, type_ in properties.items()}}
    translation = Translator(schema=schema, class_name="TargetGroup", names={}).translate(inputs)
    assert translation.instance == instance


@pytest.mark.parametrize("rule", [rule for rule in DOCUMENTED.values() if not rule.source.startswith("https://")])
def test_the_documentation_that_comes_with_botocore_says_so(rule: Documented) -> None:
    said = re.sub("<[^>]+>", " ", html.unescape(documentation(*rule.source.split("."))))
    assert " ".join(rule.says.split()) in " ".join(said.split())
