"""One ECS service on Fargate: the same component for Open WebUI, the gateway and any further application.

`EcsAppService` is for `__main__` and `apps/`, its args in `args` for `file_system` too, which hands out
volumes. It imports support, the cluster's placement and the alarms of observability, and knows no application.
"""

import pulumi
import pulumi_aws as aws

from aws_rules import cidrs
from components.ecs_app_service.args import EcsAppServiceArgs, Egress, Volume
from components.ecs_app_service.container_definitions import container_definitions
from components.ecs_app_service.roles import make_execution_role, make_task_role
from components.ecs_app_service.routing import make_rules, make_target_group
from components.ecs_app_service.scaling import ScaledService, scale_service
from components.observability import alarms
from components.support.connections import open_connection
from components.support.tcp_rules import tcp_out

DEPLOYMENT_TIMEOUT = "30m"
"""ECS gives up after three failed starts of up to ten minutes each."""


class EcsAppService(pulumi.ComponentResource):
    """Roles, security group, target group, listener rules, task definition, service and its scaling."""

    service_name: pulumi.Output[str]
    security_group_id: pulumi.Output[str]
    task_definition_arn: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        args: EcsAppServiceArgs,
        opts: pulumi.ResourceOptions | None = None,
        *,
        hooks: pulumi.ResourceHookBinding | None = None,
    ) -> None:
        """`hooks` are what Pulumi calls before and after changes of the ECS service."""
        super().__init__("webui-bedrock:compute:EcsAppService", name, None, opts)
        self._hooks = hooks
        self.secret_versions = _secret_versions(args)
        self._name = name
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)

        group = aws.ec2.SecurityGroup(
            f"{name}-sg",
            vpc_id=args.placement.vpc_id,
            description=f"Identity of {name}: what data stores grant access to",
            opts=self._child,
        )
        self.security_group_id = group.id
        connected = self._connect()
        self.target_group = make_target_group(name, args.routing, args.placement, self) if args.routing else None
        rules = (
            make_rules(name, args.routing.rules, self.target_group, self) if args.routing and self.target_group else []
        )
        self.task_definition_arn = self._make_task_definition()
        self._deployment_alarm = self._make_deployment_alarm()
        service = self._make_service([*rules, *connected])
        self.service_name = service.name
        self._scale()
        self.register_outputs(
            {
                "service_name": self.service_name,
                "security_group_id": self.security_group_id,
                "task_definition_arn": self.task_definition_arn,
            }
        )

    def _connect(self) -> list[pulumi.Resource]:
        """Open the way to each thing that the service reaches, from this service's identity only."""
        volumes = [volume.connection for volume in self._args.volumes if volume.connection is not None]
        connected = [
            rule
            for connection in (*volumes, *self._args.connections)
            for rule in open_connection(self._name, self.security_group_id, connection, self._child)
        ]
        return [*connected, *map(self._let_out, self._args.egress)]

    def _let_out(self, egress: Egress) -> pulumi.Resource:
        return tcp_out(
            f"{self._name}-out-{egress.port}-to-{cidrs.in_names(egress.addresses)}",
            self.security_group_id,
            egress.port,
            description="Out of the stack",
            addresses=egress.addresses,
            child=self._child,
        )

    def _make_deployment_alarm(self) -> aws.cloudwatch.MetricAlarm | None:
        """Before the service, which names it: ECS refuses the name of an alarm that does not exist."""
        alarm, routing = self._args.deployment_alarm, self._args.routing
        if alarm is None or routing is None or self.target_group is None:
            return None
        errors = alarms.target_errors(routing.load_balancer_arn_suffix, self.target_group.arn_suffix)
        return alarms.make_alarm(f"{self._name}-{errors.what}", alarm.name, errors, alarm.topic_arn, parent=self)

    def _make_task_definition(self) -> pulumi.Output[str]:
        args = self._args
        execution_role_arn = make_execution_role(self._name, args, self)
        self.task_role_arn = make_task_role(self._name, args, self)
        return aws.ecs.TaskDefinition(
            f"{self._name}-task",
            family=args.service_name,
            requires_compatibilities=["FARGATE"],
            network_mode="awsvpc",
            cpu=str(args.sizing.cpu),
            memory=str(args.sizing.memory),
            runtime_platform={"cpu_architecture": args.sizing.architecture, "operating_system_family": "LINUX"},
            execution_role_arn=execution_role_arn,
            task_role_arn=self.task_role_arn,
            container_definitions=container_definitions(args),
            volumes=[_volume(volume) for volume in args.volumes],
            # The revision before this one is what the circuit breaker rolls back to: it must stay ACTIVE.
            skip_destroy=True,
            opts=self._child,
        ).arn

    def _make_service(self, wait_for: list[pulumi.Resource]) -> aws.ecs.Service:
        args = self._args
        return aws.ecs.Service(
            f"{self._name}-service",
            name=args.service_name,
            cluster=args.placement.cluster_arn,
            task_definition=self.task_definition_arn,
            desired_count=args.scaling.min,
            capacity_provider_strategies=_capacity(args),
            platform_version="LATEST",
            network_configuration={
                "assign_public_ip": False,
                "subnets": args.placement.subnet_ids,
                "security_groups": self._groups(),
            },
            load_balancers=self._targets(),
            health_check_grace_period_seconds=args.routing.health_check.grace_period if args.routing else None,
            deployment_minimum_healthy_percent=args.rollout.minimum_healthy_percent,
            deployment_maximum_percent=args.rollout.maximum_percent,
            deployment_circuit_breaker={"enable": True, "rollback": True},
            alarms=self._rolled_back_by(),
            # Rebalancing starts tasks before it stops others.
            availability_zone_rebalancing="ENABLED" if args.rollout.overlaps else "DISABLED",
            service_connect_configuration=self._service_connect(),
            enable_execute_command=args.exec_enabled,
            enable_ecs_managed_tags=True,
            propagate_tags="SERVICE",
            # A task reads its secrets and learns others' names when it starts: what is new rolls the tasks.
            force_new_deployment=True,
            triggers={**self.secret_versions, **_called(args)},
            wait_for_steady_state=True,
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=wait_for,
                hooks=self._hooks,
                ignore_changes=["desiredCount"],
                custom_timeouts=pulumi.CustomTimeouts(create=DEPLOYMENT_TIMEOUT, update=DEPLOYMENT_TIMEOUT),
                # Its name is fixed: two of them cannot stand beside each other.
                delete_before_replace=True,
                # ECS refuses to give a load balancer's grace period to a service that was made without a load balancer.
                replacement_trigger=self.target_group is not None,
            ),
        )

    def _groups(self) -> list[pulumi.Input[str]]:
        """The shared group lets the load balancer in, which has no business with what is called by a private name."""
        own, shared = self.security_group_id, self._args.placement.security_group_id
        is_private = self._args.service_connect_server and self._args.routing is None
        return [own] if is_private else [shared, own]

    def _rolled_back_by(self) -> aws.ecs.ServiceAlarmsArgsDict | None:
        alarm = self._deployment_alarm
        return {"enable": True, "rollback": True, "alarm_names": [alarm.name]} if alarm else None

    def _targets(self) -> list[aws.ecs.ServiceLoadBalancerArgsDict]:
        if self._args.routing is None or self.target_group is None:
            return []
        port = self._args.routing.port
        name = self._args.app.name
        return [{"target_group_arn": self.target_group.arn, "container_name": name, "container_port": port}]

    def _service_connect(self) -> aws.ecs.ServiceServiceConnectConfigurationArgsDict | None:
        args = self._args
        if not (args.service_connect_server or args.service_connect_calls):
            return None
        # Service Connect would cut an answer after 15 seconds; a model may think for minutes.
        timeout: aws.ecs.ServiceServiceConnectConfigurationServiceTimeoutArgsDict = {"idle_timeout_seconds": 0}
        if args.service_connect_http:
            timeout["per_request_timeout_seconds"] = 0  # ECS takes it for HTTP only
        service: aws.ecs.ServiceServiceConnectConfigurationServiceArgsDict = {
            "port_name": args.app.name,
            "client_alias": [{"dns_name": args.app.name, "port": args.port or 0}],
            "timeout": timeout,
        }
        return {
            "enabled": True,
            "namespace": args.placement.service_connect_namespace,
            "services": [service] if args.service_connect_server else [],
        }

    def _scale(self) -> None:
        args = self._args
        label = None
        if args.routing and self.target_group:
            label = pulumi.Output.concat(args.routing.load_balancer_arn_suffix, "/", self.target_group.arn_suffix)
        scaled = ScaledService(
            cluster=args.placement.cluster_name,
            service=self.service_name,
            target_label=label,
            discovery_name=args.app.name if args.service_connect_server else None,
        )
        scale_service(self._name, args.scaling, scaled, parent=self)


def _volume(volume: Volume) -> aws.ecs.TaskDefinitionVolumeArgsDict:
    if volume.file_system_id is None:
        return {"name": volume.name}
    return {
        "name": volume.name,
        "efs_volume_configuration": {
            "file_system_id": volume.file_system_id,
            "transit_encryption": "ENABLED",
            "authorization_config": {"access_point_id": volume.access_point_id, "iam": "ENABLED"},
        },
    }


def _capacity(args: EcsAppServiceArgs) -> list[aws.ecs.ServiceCapacityProviderStrategyArgsDict]:
    if args.spot is None:
        return [{"capacity_provider": "FARGATE", "weight": 1}]
    return [
        {"capacity_provider": "FARGATE", "weight": 1, "base": args.spot.base},
        {"capacity_provider": "FARGATE_SPOT", "weight": args.spot.weight},
    ]


def _secret_versions(args: EcsAppServiceArgs) -> dict[str, pulumi.Input[str]]:
    return {name: secret.version_id for container in args.containers for name, secret in container.secrets.items()}


def _called(args: EcsAppServiceArgs) -> dict[str, pulumi.Input[str]]:
    return {f"calls-{name}": service for name, service in args.service_connect_calls.items()}
