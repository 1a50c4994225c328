"""The ECS cluster, its log group and the security group that all tasks share."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from aws_rules import names
from components.support.location import Location
from components.support.log_group import make_log_group
from components.support.once import once
from components.support.tcp_rules import tcp_in, tcp_out


@dataclass(frozen=True, kw_only=True)
class ClusterArgs:
    """What the cluster is called, where it lives and who reaches its tasks."""

    location: Location
    name_prefix: str
    """The cluster is `<name_prefix>-cluster`, its log group `/ecs/<name_prefix>`."""
    vpc_id: pulumi.Input[str]
    subnet_ids: pulumi.Input[Sequence[str]]
    """Private subnets, at most 16 (ECS AwsVpcConfiguration)."""
    kms_key_arn: pulumi.Input[str]
    load_balancer_security_group_id: pulumi.Input[str] | None = None
    """The group of the stack's own load balancer, which is opened towards the tasks."""
    given_load_balancer_security_group_ids: Sequence[str] = ()
    """Groups of a load balancer that exists; what they let out, its owner decides."""
    ports: Sequence[int]
    """The container ports that the load balancer sends requests to."""
    service_connect: bool
    """Whether services find each other by name in a Service Connect namespace called `<name_prefix>`."""
    insights_log_group: bool = True
    """False where AWS has made Container Insights' log group already, which then stays as it is."""


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Where an ECS service runs: the facts about its cluster that every service needs."""

    location: Location
    cluster_name: pulumi.Input[str]
    cluster_arn: pulumi.Input[str]
    vpc_id: pulumi.Input[str]
    subnet_ids: pulumi.Input[Sequence[str]]
    security_group_id: pulumi.Input[str]
    """The group that all tasks share."""
    log_group_name: pulumi.Input[str]
    log_group_arn: pulumi.Input[str]
    kms_key_arn: pulumi.Input[str]
    service_connect_namespace: pulumi.Input[str] | None = None


class Cluster(pulumi.ComponentResource):
    """A Fargate cluster with enhanced Container Insights and encrypted, logged ECS Exec sessions."""

    cluster_name: pulumi.Output[str]
    log_group_name: pulumi.Output[str]
    security_group_id: pulumi.Output[str]

    def __init__(self, name: str, args: ClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("webui-bedrock:compute:Cluster", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        log_group = make_log_group(f"{name}-logs", args.kms_key_arn, child, called=f"/ecs/{args.name_prefix}")
        cluster = _make_cluster(name, args, log_group, self)
        providers = aws.ecs.ClusterCapacityProviders(
            f"{name}-capacity",
            cluster_name=cluster.name,
            capacity_providers=["FARGATE", "FARGATE_SPOT"],
            opts=child,
        )
        namespace = (
            aws.servicediscovery.HttpNamespace(f"{name}-namespace", name=args.name_prefix, opts=child)
            if args.service_connect
            else None
        )
        # Handed out once the capacity providers are there, because services name them.
        self.cluster_name = providers.cluster_name
        cluster_arn = once(cluster.arn, providers.id)
        self.log_group_name = log_group.name
        self.security_group_id = _make_security_group(name, args, child)
        self.placement = Placement(
            location=args.location,
            cluster_name=self.cluster_name,
            cluster_arn=cluster_arn,
            vpc_id=args.vpc_id,
            subnet_ids=args.subnet_ids,
            security_group_id=self.security_group_id,
            log_group_name=log_group.name,
            log_group_arn=log_group.arn,
            kms_key_arn=args.kms_key_arn,
            service_connect_namespace=namespace.arn if namespace else None,
        )
        self.register_outputs(
            {
                "cluster_name": self.cluster_name,
                "log_group_name": self.log_group_name,
                "security_group_id": self.security_group_id,
            }
        )


def _make_cluster(
    name: str, args: ClusterArgs, log_group: aws.cloudwatch.LogGroup, parent: pulumi.Resource
) -> aws.ecs.Cluster:
    logs = [log_group]
    if args.insights_log_group:
        # ECS would create it, without encryption and kept for ever.
        called = names.insights_log_group(args.name_prefix)
        options = pulumi.ResourceOptions(parent=parent)
        logs.append(make_log_group(f"{name}-insights-logs", args.kms_key_arn, options, called=called))
    return aws.ecs.Cluster(
        f"{name}-ecs",
        name=names.cluster_name(args.name_prefix),
        settings=[{"name": "containerInsights", "value": "enhanced"}],
        configuration={
            "execute_command_configuration": {
                "kms_key_id": args.kms_key_arn,
                "logging": "OVERRIDE",
                "log_configuration": {
                    "cloud_watch_encryption_enabled": True,
                    "cloud_watch_log_group_name": log_group.name,
                },
            }
        },
        opts=pulumi.ResourceOptions(parent=parent, depends_on=logs),
    )


def _make_security_group(name: str, args: ClusterArgs, child: pulumi.ResourceOptions) -> pulumi.Output[str]:
    """The tasks' shared group: in from the load balancer on the services' ports; the way out is each service's own."""
    group = aws.ec2.SecurityGroup(
        f"{name}-tasks-sg", vpc_id=args.vpc_id, description="Shared by all tasks of the cluster", opts=child
    )
    sources: dict[str, pulumi.Input[str]] = {
        f"-{given}": given for given in args.given_load_balancer_security_group_ids
    }
    own = args.load_balancer_security_group_id
    if own is not None:
        sources[""] = own
    for port in sorted(set(args.ports)):
        for suffix, source in sources.items():
            tcp_in(
                f"{name}-from-load-balancer{suffix}-{port}",
                group.id,
                port,
                description="Requests from the load balancer",
                source_group_id=source,
                child=child,
            )
        if own is not None:
            tcp_out(
                f"{name}-load-balancer-to-tasks-{port}",
                own,
                port,
                description="Requests and health checks to the tasks",
                target_group_id=group.id,
                child=child,
            )
    return group.id
