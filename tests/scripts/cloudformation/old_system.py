"""The former template's systems in moto's account: the split one and the one before the split.

moto cannot run such a template (it knows neither scalable targets nor secrets there), so the resources are made one
by one, and CloudFormation's own answers list them under the template's logical ids with the ids it would give them.
"""

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3

from tests.scripts.cloudformation.answers import Body, OldStack

REGION = "eu-west-1"
ACCOUNT = "123456789012"
CERTIFICATE = f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/01234567-89ab-cdef-0123-456789abcdef"
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})
CPU = "ECSServiceAverageCPUUtilization"


@functools.cache
def _of_moto(service: str) -> Any:
    return boto3.client(service, REGION)


@dataclass
class Builder:
    """Makes one system; `prefix` is the start of its names."""

    stack: OldStack
    prefix: str
    client: Callable[[str], Any] = _of_moto
    region: str = REGION

    def network(self) -> None:
        ec2 = self.client("ec2")
        self.vpc = self.stack.add("VPC", "AWS::EC2::VPC", ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"])
        ec2.modify_vpc_attribute(VpcId=self.vpc, EnableDnsHostnames={"Value": True})
        self.subnets = []
        for number, zone in enumerate("abc", 1):
            made = ec2.create_subnet(
                VpcId=self.vpc, CidrBlock=f"10.20.{number}.0/24", AvailabilityZone=f"{self.region}{zone}"
            )
            subnet = made["Subnet"]["SubnetId"]
            self.subnets.append(self.stack.add(f"PrivateSubnet{number}", "AWS::EC2::Subnet", subnet))
        self.groups = {}
        for name in ("ALB", "ECS", "EFS"):
            group = ec2.create_security_group(
                VpcId=self.vpc, GroupName=f"{self.prefix}-{name}", Description=f"Security group for {name}"
            )["GroupId"]
            self.groups[name] = self.stack.add(f"{name}SecurityGroup", "AWS::EC2::SecurityGroup", group)
        allowed = {"FromPort": 80, "ToPort": 80, "IpProtocol": "tcp", "IpRanges": [{"CidrIp": "10.20.0.0/16"}]}
        ec2.authorize_security_group_ingress(GroupId=self.groups["ALB"], IpPermissions=[allowed])

    def shared_parts(self) -> None:
        add, prefix = self.stack.add, self.prefix
        self.client("ecs").create_cluster(clusterName=f"{prefix}-cluster")
        add("ECSCluster", "AWS::ECS::Cluster", f"{prefix}-cluster")
        self.client("logs").create_log_group(logGroupName=f"/ecs/{prefix}")
        add("ECSLogGroup", "AWS::Logs::LogGroup", f"/ecs/{prefix}")
        for role in ("ECSTaskExecutionRole", "ECSTaskRole"):
            self.client("iam").create_role(RoleName=f"{prefix}-{role}", AssumeRolePolicyDocument=TRUST)
            add(role, "AWS::IAM::Role", f"{prefix}-{role}")
        for logical_id, name in {"OpenWebUIRepository": "open-webui", "BedrockGatewayRepository": "gateway"}.items():
            self.client("ecr").create_repository(repositoryName=f"{prefix}-{name}")
            add(logical_id, "AWS::ECR::Repository", f"{prefix}-{name}")
        secret = self.client("secretsmanager").create_secret(
            Name=f"{prefix}-key", SecretString='{"api_key": "made-up"}'
        )
        self.secret = add("BedrockApiKeySecret", "AWS::SecretsManager::Secret", secret["ARN"])
        efs = self.client("efs")
        made = efs.create_file_system(CreationToken=prefix, Encrypted=False)
        self.files = add("EFSFileSystem", "AWS::EFS::FileSystem", made["FileSystemId"])
        # Two of three subnets, as in the template.
        for number, subnet in enumerate(self.subnets[1:], 1):
            target = efs.create_mount_target(
                FileSystemId=self.files, SubnetId=subnet, SecurityGroups=[self.groups["EFS"]]
            )["MountTargetId"]
            add(f"EFSMountTarget{number}", "AWS::EFS::MountTarget", target)
        self._load_balancer()

    def _load_balancer(self) -> None:
        elb = self.client("elbv2")
        balancer = elb.create_load_balancer(
            Name=f"{self.prefix}-alb",
            Subnets=self.subnets[:2],
            SecurityGroups=[self.groups["ALB"]],
            Scheme="internal",
        )["LoadBalancers"][0]
        self.balancer = self.stack.add(
            "ApplicationLoadBalancer", "AWS::ElasticLoadBalancingV2::LoadBalancer", balancer["LoadBalancerArn"]
        )
        fixed = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]
        listener = elb.create_listener(LoadBalancerArn=self.balancer, DefaultActions=fixed, Port=80, Protocol="HTTP")[
            "Listeners"
        ][0]["ListenerArn"]
        self.listener = self.stack.add("ALBListener", "AWS::ElasticLoadBalancingV2::Listener", listener)

    def target_group(self, logical_id: str, app: str, port: int, path: str, priority: int) -> str:
        elb = self.client("elbv2")
        group = elb.create_target_group(
            Name=f"{self.prefix}-{app}-tg", Protocol="HTTP", Port=port, VpcId=self.vpc, TargetType="ip"
        )["TargetGroups"][0]["TargetGroupArn"]
        self.stack.add(logical_id, "AWS::ElasticLoadBalancingV2::TargetGroup", group)
        rule = elb.create_rule(
            ListenerArn=self.listener,
            Conditions=[{"Field": "path-pattern", "Values": [path]}],
            Priority=priority,
            Actions=[{"Type": "forward", "TargetGroupArn": group}],
        )["Rules"][0]["RuleArn"]
        self.stack.add(f"{logical_id}Rule", "AWS::ElasticLoadBalancingV2::ListenerRule", rule)
        return str(group)

    def container(self, name: str, image: str, port: int) -> Body:
        return {
            "name": name,
            "image": f"{ACCOUNT}.dkr.ecr.{self.region}.amazonaws.com/{self.prefix}-{image}:1.0",
            "memory": 512,
            "portMappings": [{"containerPort": port}],
            "environment": [{"name": "OLD_SETTING", "value": "not-to-be-printed"}],
            "secrets": [{"name": "API_KEY", "valueFrom": f"{self.secret}:api_key::"}],
        }

    def service(
        self, logical_id: str, task_id: str, name: str, containers: list[Body], targets: dict[str, str]
    ) -> None:
        ecs = self.client("ecs")
        volume = {"name": "efs-volume", "efsVolumeConfiguration": {"fileSystemId": self.files, "rootDirectory": "/"}}
        task = ecs.register_task_definition(
            family=f"{name}-task",
            requiresCompatibilities=["FARGATE"],
            networkMode="awsvpc",
            cpu="1024",
            memory="4096",
            executionRoleArn=f"arn:aws:iam::{ACCOUNT}:role/{self.prefix}-ECSTaskExecutionRole",
            taskRoleArn=f"arn:aws:iam::{ACCOUNT}:role/{self.prefix}-ECSTaskRole",
            containerDefinitions=containers,
            volumes=[volume],
        )["taskDefinition"]["taskDefinitionArn"]
        self.stack.add(task_id, "AWS::ECS::TaskDefinition", task)
        ports = {container["name"]: container["portMappings"][0]["containerPort"] for container in containers}
        service = ecs.create_service(
            cluster=f"{self.prefix}-cluster",
            serviceName=name,
            taskDefinition=task,
            desiredCount=1,
            launchType="FARGATE",
            networkConfiguration={
                "awsvpcConfiguration": {"subnets": self.subnets, "securityGroups": [self.groups["ECS"]]}
            },
            loadBalancers=[
                {"targetGroupArn": group, "containerName": container, "containerPort": ports[container]}
                for container, group in targets.items()
            ],
        )["service"]["serviceArn"]
        self.stack.add(logical_id, "AWS::ECS::Service", service)

    def scaling(self, logical_id: str, service: str, most: int) -> None:
        autoscaling = self.client("application-autoscaling")
        resource = f"service/{self.prefix}-cluster/{service}"
        what = {"ServiceNamespace": "ecs", "ResourceId": resource, "ScalableDimension": "ecs:service:DesiredCount"}
        autoscaling.register_scalable_target(**what, MinCapacity=1, MaxCapacity=most)
        self.stack.add(
            f"{logical_id}Target",
            "AWS::ApplicationAutoScaling::ScalableTarget",
            f"{resource}|ecs:service:DesiredCount|ecs",
        )
        policy = autoscaling.put_scaling_policy(
            **what,
            PolicyName=f"{service}-cpu",
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={
                "TargetValue": 65.0,
                "PredefinedMetricSpecification": {"PredefinedMetricType": CPU},
            },
        )["PolicyARN"]
        self.stack.add(f"{logical_id}Policy", "AWS::ApplicationAutoScaling::ScalingPolicy", policy)


APPS = {"open-webui": ("WebUI", "webui", 8080, "/*"), "bedrock-gateway": ("Gateway", "gateway", 8000, "/api/v1/*")}
"""By the container's name: its part of logical ids, of names, its port and its path."""


def _build(made: Builder) -> tuple[dict[str, Body], dict[str, str]]:
    """What both templates have: the containers, and each one's target group."""
    made.network()
    made.shared_parts()
    images = {"open-webui": "open-webui", "bedrock-gateway": "gateway"}
    containers = {name: made.container(name, images[name], port) for name, (_, _, port, _) in APPS.items()}
    targets = {
        name: made.target_group(f"ALBTargetGroup{logical}", app, port, path, priority)
        for priority, (name, (logical, app, port, path)) in enumerate(APPS.items(), 1)
    }
    return containers, targets


def build_split(made: Builder) -> OldStack:
    """The template after the split: two services, each with its own task definition, target group and scaling."""
    prefix, (containers, targets) = made.prefix, _build(made)
    for container, (logical, app, _, _) in APPS.items():
        service, task = f"{prefix}-{app}-service", f"{logical}TaskDefinition"
        made.service(f"{logical}Service", task, service, [containers[container]], {container: targets[container]})
        made.scaling(f"{logical}Scaling", service, 5 if app == "webui" else 3)
    made.stack.exports = {f"{prefix}-ecs-cluster": f"{prefix}-cluster", f"{prefix}-efs-filesystem-id": made.files}
    return made.stack


def build_unsplit(made: Builder) -> OldStack:
    """The template before the split: one service runs both containers."""
    prefix, (containers, targets) = made.prefix, _build(made)
    made.service("ECSService", "TaskDefinition", f"{prefix}-service", list(containers.values()), targets)
    made.scaling("ECSScaling", f"{prefix}-service", 5)
    return made.stack
