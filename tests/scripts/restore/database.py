"""A stack whose Open WebUI works with a cluster of Aurora in moto, and what is in the account."""

import json
from collections.abc import Mapping
from typing import Any, Final

from botocore.awsrequest import AWSResponse

from tests.scripts.deployed_stack import CLUSTER, SERVICES, Stack
from tests.scripts.standins import Body, listening

NAME: Final = "demo-0a1b2c"
COPY: Final = f"{NAME}-copy"
NONE: Final[Mapping[str, str]] = {}
SUBNETS: Final = "demo-subnets"
DRILL: Final = ("--drill", "--files", "none")
MOMENT: Final = ("--time", "2026-11-01T12:00:00Z", "--yes")


def make_cluster(stack: Stack, name: str, *tags: Body) -> None:
    subnets = [subnet["SubnetId"] for subnet in stack.client("ec2").describe_subnets()["Subnets"]]
    rds = stack.client("rds")
    if not rds.describe_db_subnet_groups()["DBSubnetGroups"]:
        rds.create_db_subnet_group(DBSubnetGroupName=SUBNETS, DBSubnetGroupDescription="-", SubnetIds=subnets)
    rds.create_db_cluster(
        DBClusterIdentifier=name,
        Engine="aurora-postgresql",
        EngineVersion="16.9",
        MasterUsername="webui_admin",
        MasterUserPassword="made-up-word",
        Port=5433,
        DBSubnetGroupName=SUBNETS,
        ServerlessV2ScalingConfiguration={"MinCapacity": 0.5, "MaxCapacity": 4},
        Tags=[{"Key": "Project", "Value": "demo"}, *tags],
    )


def run_webui(
    stack: Stack, host: str, login: str = "DATABASE_PASSWORD", variables: Mapping[str, str] = NONE, **asked: Any
) -> None:
    """Register what Open WebUI runs with, and let its service run it; `asked` is of the task definition."""
    secrets, ecs = stack.client("secretsmanager"), stack.client("ecs")
    value = json.dumps({"password": "current-word"})
    kept = secrets.list_secrets()["SecretList"]
    arn = (
        next((one["ARN"] for one in kept if one["Name"] == "db"), None)
        or secrets.create_secret(Name="db", SecretString=value)["ARN"]
    )
    known = {**variables, **({"DATABASE_HOST": host} if host else {})}
    place = [{"name": name, "value": value} for name, value in known.items()]
    definitions: list[Body] = [
        {"name": "migrate", "environment": place},
        {"name": "webui", "environment": place, "secrets": [{"name": login, "valueFrom": f"{arn}:password::"}]},
    ]
    containers = [{"image": "an-image", "memory": 512, **one} for one in definitions]
    made = ecs.register_task_definition(family=SERVICES["webui"], containerDefinitions=containers, **asked)
    revision = made["taskDefinition"]["taskDefinitionArn"]
    ec2 = stack.client("ec2")
    subnet, group = ec2.describe_subnets()["Subnets"][0], ec2.describe_security_groups()["SecurityGroups"][0]
    network = {"awsvpcConfiguration": {"subnets": [subnet["SubnetId"]], "securityGroups": [group["GroupId"]]}}
    service = {"cluster": CLUSTER, "taskDefinition": revision, "networkConfiguration": network}
    if ecs.list_services(cluster=CLUSTER)["serviceArns"]:
        ecs.update_service(service=SERVICES["webui"], **service)
    else:
        ecs.create_service(serviceName=SERVICES["webui"], desiredCount=1, **service)
    stack.task_definitions["webui"] = revision
    stack.publish()


def clusters(stack: Stack) -> list[str]:
    return [cluster["DBClusterIdentifier"] for cluster in stack.client("rds").describe_db_clusters()["DBClusters"]]


def snapshots(stack: Stack) -> list[str]:
    found = stack.client("rds").describe_db_cluster_snapshots(SnapshotType="manual")["DBClusterSnapshots"]
    return [snapshot["DBClusterSnapshotIdentifier"] for snapshot in found]


def refusing(operation: str) -> Any:
    """Let AWS refuse an operation."""
    told = {"Error": {"Code": "InternalFailure", "Message": "as injected"}}
    return listening(f"before-call.{operation}", lambda **_: (AWSResponse("", 400, {}, None), told))
