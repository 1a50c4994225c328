"""A deployed stack in moto's account: two services that run what their outputs say, and faults to inject."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from moto import mock_aws

from tests.scripts.standins import Machine, Outcome, listening

Body = dict[str, Any]
Run = Callable[..., Outcome]
"""A command, called with options."""

REGION = "eu-west-1"
CLUSTER = "demo-cluster"
LOG_GROUP = "/ecs/demo"
SERVICES = {"webui": "demo-webui-service", "gateway": "demo-gateway-service"}
TASK = f"arn:aws:ecs:{REGION}:123456789012:task/{CLUSTER}/0123456789abcdef0123456789abcdef"
TASK_ID = TASK.rpartition("/")[2]
ADMIN, PASSWORD = "admin@example.com", "the first password"
OUT_OF_REACH = "http://127.0.0.1:9"
"""Where nothing listens."""
NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)


@dataclass
class Stack:
    """What a stack's state holds, as the Pulumi CLI exports it, and clients to change what runs behind its back."""

    machine: Machine
    cluster: str = CLUSTER
    task_definitions: dict[str, str] = field(default_factory=dict)
    """By app."""
    secret_versions: dict[str, str] = field(default_factory=dict)
    """By variable: what every service was started for last."""

    @staticmethod
    @cache
    def client(service: str) -> Any:
        return boto3.Session("made-up", "made-up", region_name=REGION).client(service)

    @staticmethod
    def scaled(app: str) -> Body:
        """How Application Auto Scaling names the service of an app."""
        resource = {"ServiceNamespace": "ecs", "ResourceId": f"service/{CLUSTER}/{SERVICES[app]}"}
        return {**resource, "ScalableDimension": "ecs:service:DesiredCount"}

    def publish(self, *, services: bool = True, body: str = "") -> None:
        """Let the CLI export the state as it is now; a run that failed may have made no service.

        `body` is what any other command of it does.
        """
        self.machine.install_pulumi(*self._resources(services), body=body)

    def _resources(self, services: bool) -> Iterator[Body]:
        parent = urn("webui-bedrock:compute:Cluster", "cluster")
        yield resource("aws:ecs/cluster:Cluster", "cluster-ecs", parent, {"name": self.cluster})
        insights = {"name": f"/aws/ecs/containerinsights/{self.cluster}/performance"}
        yield resource("aws:cloudwatch/logGroup:LogGroup", "cluster-insights-logs", parent, insights)
        yield resource("aws:cloudwatch/logGroup:LogGroup", "cluster-logs", parent, {"name": LOG_GROUP})
        for app, arn in self.task_definitions.items():
            component = urn("webui-bedrock:compute:EcsAppService", app)
            yield {"urn": component, "type": "webui-bedrock:compute:EcsAppService", "custom": False}
            task = {"family": arn.rpartition("/")[2].partition(":")[0]}
            yield resource("aws:ecs/taskDefinition:TaskDefinition", f"{app}-task", component, task, {"arn": arn})
            if services:
                service = {"name": SERVICES.get(app, app), "taskDefinition": arn, "triggers": self.secret_versions}
                yield resource("aws:ecs/service:Service", f"{app}-service", component, service)

    def register(self, app: str, secrets: list[Body] | None = None, **variables: str) -> str:
        """Register a revision of the app's task definition."""
        environment = [{"name": name, "value": value} for name, value in variables.items()]
        container = {"name": app, "image": "an-image", "memory": 512, "secrets": secrets or []}
        container["environment"] = environment
        registered = self.client("ecs").register_task_definition(family=SERVICES[app], containerDefinitions=[container])
        return str(registered["taskDefinition"]["taskDefinitionArn"])


def urn(kind: str, name: str) -> str:
    """Pulumi's name of a resource."""
    return f"urn:pulumi:dev::webui-bedrock::{kind}::{name}"


def resource(kind: str, name: str, parent: str, inputs: Body, outputs: Body | None = None) -> Body:
    """A resource as a state has it."""
    there = {"urn": urn(kind, name), "type": kind, "custom": True, "parent": parent}
    return {**there, "inputs": inputs, "outputs": {**inputs, **(outputs or {})}}


@contextmanager
def deployed(machine: Machine) -> Iterator[Stack]:
    """An account with what a stack's outputs name, but for its services; its state is on the machine."""
    # Most of moto's own time otherwise.
    machine.setenv(MOTO_EC2_LOAD_DEFAULT_AMIS="false", AWS_REGION=REGION)
    machine.keep_state()
    with mock_aws():
        yield _deploy(Stack(machine))


def _deploy(stack: Stack) -> Stack:
    create = stack.client("secretsmanager").create_secret
    secret = create(Name="api-key", SecretString="made-up")
    password = create(Name="password", SecretString=PASSWORD)
    stack.client("logs").create_log_group(logGroupName=LOG_GROUP)
    stack.client("ecs").create_cluster(clusterName=CLUSTER)
    versions = dict.fromkeys(("OPENAI_API_KEY", "API_KEY"), secret["VersionId"])
    stack.secret_versions.update(**versions, WEBUI_ADMIN_PASSWORD=password["VersionId"])
    webui = [
        {"name": "OPENAI_API_KEY", "valueFrom": f"{secret['ARN']}:api_key::"},
        {"name": "WEBUI_ADMIN_PASSWORD", "valueFrom": password["ARN"]},
    ]
    gateway = [{"name": "API_KEY", "valueFrom": f"{secret['ARN']}:api_key::"}]
    stack.task_definitions.update(
        webui=stack.register("webui", webui, WEBUI_URL=OUT_OF_REACH, WEBUI_ADMIN_EMAIL=ADMIN),
        gateway=stack.register("gateway", gateway),
    )
    stack.publish()
    return stack


def run_service(stack: Stack, app: str) -> None:
    """One task behind a target group that finds it healthy, scaled between one and three."""
    name = SERVICES[app]
    vpc = stack.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    group = stack.client("elbv2").create_target_group(
        Name=f"{app}-tg", Protocol="HTTP", Port=8080, VpcId=vpc, TargetType="ip"
    )["TargetGroups"][0]["TargetGroupArn"]
    stack.client("elbv2").register_targets(TargetGroupArn=group, Targets=[{"Id": "10.0.0.1", "Port": 8080}])
    stack.client("ecs").create_service(
        cluster=CLUSTER,
        serviceName=name,
        taskDefinition=stack.task_definitions[app],
        desiredCount=1,
        loadBalancers=[{"targetGroupArn": group, "containerName": app, "containerPort": 8080}],
    )
    scaling = stack.client("application-autoscaling")
    scaling.register_scalable_target(**stack.scaled(app), MinCapacity=1, MaxCapacity=3)


def answer(operation: str, body: Body) -> Any:
    """Answer `ecs.ListTasks` and the like in moto's place."""
    return listening(f"before-call.{operation}", lambda **_: (AWSResponse("", 200, {}, None), body))


def amend(operation: str, change: Callable[[Body], None]) -> Any:
    """Change what moto answers."""
    return listening(f"after-call.{operation}", lambda parsed, **_: change(parsed))


def refuse(operation: str, code: str, tries: list[str], times: int = 1000) -> Any:
    """Answer an error, at most so many times, before moto is asked; `tries` collects the attempts."""

    class Raw:
        def stream(self) -> Iterator[bytes]:
            yield json.dumps({"__type": code, "message": "as injected"}).encode()

    def send(**_: object) -> AWSResponse | None:
        tries.append(code)
        return AWSResponse("", 400, {}, Raw()) if len(tries) <= times else None

    return listening(f"before-send.{operation}", send)


def services(change: Callable[[Body], None], app: str = "gateway") -> Any:
    """Change the description of one app's service."""

    def apply(parsed: Body) -> None:
        for service in parsed["services"]:
            if service["serviceName"] == SERVICES[app]:
                change(service)

    return amend("ecs.DescribeServices", apply)


def stopped(task_definition: str, **container: object) -> Body:
    """A stopped task of the gateway, whose container ended so; its sidecar ended well."""
    return {
        "taskArn": TASK,
        "taskDefinitionArn": task_definition,
        "stoppedAt": NOW,
        "stoppedReason": "Essential container in task exited",
        "containers": [{"name": "gateway", **container}, {"name": "sidecar", "exitCode": 0}],
    }
