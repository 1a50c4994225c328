"""The id of a resource that a killed run was creating, from what it asked for: as the provider gives it."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from scripts.exported_state import StateResource
from scripts.half_made import LISTED, find_id
from tests.scripts.deployed_stack import REGION
from tests.scripts.standins import ACCOUNT, Body


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
    with mock_aws():
        yield boto3.Session("made-up", "made-up", region_name=REGION)


def resource(kind: str, **inputs: object) -> StateResource:
    return StateResource({"urn": f"urn:pulumi:dev::p::{kind}::x", "type": kind, "inputs": inputs})


@pytest.mark.parametrize(
    ("kind", "inputs", "identity"),
    [
        ("aws:rds/cluster:Cluster", {"clusterIdentifier": "webui-bedrock-173521"}, "webui-bedrock-173521"),
        ("aws:cloudwatch/logGroup:LogGroup", {"name": "/ecs/webui-bedrock"}, "/ecs/webui-bedrock"),
        ("aws:s3/bucket:Bucket", {"bucket": "logs-1a2b3c4"}, "logs-1a2b3c4"),
        ("aws:ecs/cluster:Cluster", {"name": "demo"}, f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/demo"),
        (
            "aws:ecs/service:Service",
            {"name": "web", "cluster": f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/demo"},
            f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/demo/web",
        ),
        ("aws:sns/topic:Topic", {"name": "alarms-1a"}, f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms-1a"),
        ("aws:efs/fileSystem:FileSystem", {"encrypted": True}, None),
    ],
)
def test_a_name_that_was_asked_for_gives_the_id(
    session: boto3.Session, kind: str, inputs: Body, identity: str | None
) -> None:
    assert find_id(resource(kind, **inputs), session) == identity


def test_an_id_that_aws_made_up_is_asked_by_name(session: boto3.Session) -> None:
    vpc = session.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    group = session.client("ec2").create_security_group(GroupName="webui-sg-1a", Description="x", VpcId=vpc)["GroupId"]
    subnets = [subnet["SubnetId"] for subnet in session.client("ec2").describe_subnets()["Subnets"][:2]]
    balancer = session.client("elbv2").create_load_balancer(Name="alb-1a", Subnets=subnets)["LoadBalancers"][0]
    assert find_id(resource("aws:ec2/securityGroup:SecurityGroup", name="webui-sg-1a"), session) == group
    found = find_id(resource("aws:lb/loadBalancer:LoadBalancer", name="alb-1a"), session)
    assert found == balancer["LoadBalancerArn"]


def test_a_database_instance_is_found_in_its_cluster_by_its_tag(session: boto3.Session) -> None:
    rds, kind = session.client("rds"), "aws:rds/clusterInstance:ClusterInstance"
    rds.create_db_cluster(
        DBClusterIdentifier="chats", Engine="aurora-postgresql", MasterUsername="webui", MasterUserPassword="made-up-1"
    )
    for number in (1, 2):
        rds.create_db_instance(
            DBInstanceIdentifier=f"tf-{number}",
            DBClusterIdentifier="chats",
            DBInstanceClass="db.serverless",
            Engine="aurora-postgresql",
            Tags=[{"Key": "Name", "Value": f"instance-{number}"}],
        )
    for name, identity in (("instance-2", "tf-2"), ("instance-3", None)):
        found = find_id(resource(kind, clusterIdentifier="chats", tags={"Name": name}), session)
        assert found == identity
    assert find_id(resource(kind, identifier="given"), session) == "given"


@pytest.mark.parametrize("kind", LISTED)
def test_what_aws_does_not_have_under_that_name_has_no_id(session: boto3.Session, kind: str) -> None:
    assert find_id(resource(kind, name="nobody"), session) is None


def test_without_a_session_names_alone_give_ids() -> None:
    assert find_id(resource("aws:kms/alias:Alias", name="alias/demo"), None) == "alias/demo"
    assert find_id(resource("aws:lb/loadBalancer:LoadBalancer", name="alb-1a"), None) is None
