"""The check refuses one value of each kind, and says where, what and why."""

import html
import re
from dataclasses import replace
from typing import Any

import pytest

from offline.engine.recording import Resource
from tests.aws_schemas.checker import refusals, unmapped
from tests.aws_schemas.documented import DOCUMENTED, Documented
from tests.aws_schemas.models import documentation
from tests.aws_schemas.translate import Translator
from tests.support.component_variants import recorded
from tests.support.program import TARGET_GROUP, plan

GROUP = "aws:ec2/securityGroup:SecurityGroup"
RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
FILE_SYSTEM = "aws:efs/fileSystem:FileSystem"
CLUSTER = "aws:rds/cluster:Cluster"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
ROLE = "aws:iam/role:Role"
KEY = "aws:kms/key:Key"


def changed(type_: str, **inputs: Any) -> Resource:
    """A resource of the dev stack with other inputs; None takes one away."""
    resource = plan().of_type(type_)[0]
    merged = {**resource.inputs, **inputs}
    return replace(resource, inputs={key: value for key, value in merged.items() if value is not None})


def refused(resource: Resource) -> str:
    (only,) = refusals([resource])
    return str(only)


def test_the_apostrophe_of_the_file_systems_security_group_is_refused() -> None:
    group = recorded("file system").one(GROUP)
    message = refused(replace(group, inputs={**group.inputs, "description": "The shared file system's mount targets"}))
    assert message == (
        f'{group}: description = "The shared file system\'s mount targets": '
        "pattern ^([a-z,A-Z,0-9,. _\\-:/()#,@[\\]+=&;\\{\\}!$*])*$ "
        "(CloudFormation's schema of AWS::EC2::SecurityGroup)"
    )


@pytest.mark.parametrize(
    ("type_", "inputs", "words"),
    [
        pytest.param(GROUP, {"vpcId": "vpc-1"}, 'vpcId = "vpc-1": pattern ^vpc-', id="a pattern"),
        pytest.param(FILE_SYSTEM, {"throughputMode": "fast"}, 'throughputMode = "fast": enum [', id="an enumeration"),
        pytest.param(GROUP, {"description": "d" * 256}, "maxLength 255", id="its length"),
        pytest.param(TARGET_GROUP, {"port": 0}, "port = 0: minimum 1", id="its size"),
        pytest.param(TARGET_GROUP, {"port": "http"}, 'port = "http": type integer', id="its type"),
        pytest.param(ROLE, {"assumeRolePolicy": None}, "'AssumeRolePolicyDocument' is a required", id="being absent"),
        pytest.param(RULE, {"cidrIpv6": "::/0"}, "Only one of [", id="standing beside another"),
        pytest.param(CLUSTER, {"enabledCloudwatchLogsExports": ["a", "a"]}, "uniqueItems True", id="standing twice"),
        pytest.param(LOG_GROUP, {"kmsKeyId": "none"}, 'kmsKeyId = "none": ', id="a format"),
        pytest.param(KEY, {"policy": "\N{SNOWMAN}"}, "botocore's model of kms.CreateKey", id="botocore's model"),
        pytest.param(RULE, {"description": "it's"}, "(ec2.AuthorizeSecurityGroupIngress", id="the documentation"),
        pytest.param(GROUP, {"name": "sg-x"}, "Can't start with sg-", id="its beginning"),
        pytest.param(GROUP, {"tags": {"aws:mine": "x"}}, "not aws:", id="a tag's key"),
    ],
)
def test_a_value_is_refused_for(type_: str, inputs: dict[str, Any], words: str) -> None:
    assert words in "\n".join(str(found) for found in refusals([changed(type_, **inputs)]))


def test_the_name_that_pulumi_gives_is_checked_too() -> None:
    group = replace(changed(GROUP), outputs={"name": "sg-x"})
    assert 'name = "sg-x": Can\'t start with sg-' in refused(group)


def test_nothing_is_refused_of_what_was_not_changed() -> None:
    for type_ in (GROUP, RULE, FILE_SYSTEM, CLUSTER, LOG_GROUP, ROLE, TARGET_GROUP, KEY):
        assert refusals([changed(type_)]) == []


def test_a_secret_value_is_not_shown() -> None:
    message = refused(changed(CLUSTER, masterPassword="pass@word"))
    assert "masterPassword = (secret): from 8 to 41 characters" in message
    assert "pass@word" not in message


def test_a_property_and_a_type_that_no_model_has_are_told() -> None:
    assert unmapped([changed(GROUP, colour="blue")]) == {f"{GROUP} colour"}
    assert unmapped([replace(changed(GROUP), type="aws:new/thing:Thing")]) == {"aws:new/thing:Thing"}


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
