"""A small program with what a plan tells of: two services behind two listeners, one of them scaled and mounted."""

import json

import pulumi
import pulumi_aws as aws

IMAGE = "ghcr.io/example/web:1"


class App(pulumi.ComponentResource):
    """A component, so that the plan has something to group by."""

    def __init__(self, name: str) -> None:
        super().__init__("sample:index:App", name)
        self.child = pulumi.ResourceOptions(parent=self)
        self.register_outputs({})


def two_services() -> None:
    """Web: scaled, mounted, behind the load balancer. Worker: fixed, called by nobody."""
    cluster = aws.ecs.Cluster("cluster", name="shop")
    web, worker = App("web"), App("worker")
    group = aws.lb.TargetGroup(
        "web-tg",
        port=80,
        health_check=aws.lb.TargetGroupHealthCheckArgs(path="/health"),
        opts=web.child,
    )
    task = web_task(web)
    service = aws.ecs.Service(
        "web-service",
        name="shop-web",
        cluster=cluster.arn,
        task_definition=task.arn,
        desired_count=1,
        deployment_minimum_healthy_percent=0,
        deployment_maximum_percent=100,
        deployment_circuit_breaker=aws.ecs.ServiceDeploymentCircuitBreakerArgs(enable=True, rollback=True),
        capacity_provider_strategies=[
            aws.ecs.ServiceCapacityProviderStrategyArgs(capacity_provider="FARGATE", weight=1, base=1),
            aws.ecs.ServiceCapacityProviderStrategyArgs(capacity_provider="FARGATE_SPOT", weight=4),
        ],
        load_balancers=[
            aws.ecs.ServiceLoadBalancerArgs(target_group_arn=group.arn, container_name="web", container_port=8080)
        ],
        opts=web.child,
    )
    scale(service, opts=web.child)
    route(group)
    aws.ecs.Service(
        "worker-service",
        name="shop-worker",
        cluster=cluster.arn,
        task_definition=aws.ecs.TaskDefinition(
            "worker-task",
            family="shop-worker",
            cpu="256",
            memory="512",
            container_definitions=json.dumps([{"name": "worker", "image": "example/worker:2"}]),
            opts=worker.child,
        ).arn,
        desired_count=2,
        opts=pulumi.ResourceOptions(parent=worker, protect=True),
    )
    pulumi.log.warn("worker has one warning")
    pulumi.export("Logs", "aws logs tail [x]")
    pulumi.export("Password", pulumi.Output.secret("do-not-print"))


def web_task(app: App) -> aws.ecs.TaskDefinition:
    """An init container, and a folder of the file system."""
    files = aws.efs.FileSystem("files", opts=app.child)
    point = aws.efs.AccessPoint(
        "files-web",
        file_system_id=files.id,
        root_directory=aws.efs.AccessPointRootDirectoryArgs(path="/data"),
        opts=app.child,
    )
    containers: list[dict[str, object]] = [
        {"name": "migrate", "image": IMAGE, "essential": False},
        {
            "name": "web",
            "image": IMAGE,
            "mountPoints": [
                {"sourceVolume": "files", "containerPath": "/srv"},
                {"sourceVolume": "scratch", "containerPath": "/tmp"},
            ],
        },
    ]
    return aws.ecs.TaskDefinition(
        "web-task",
        family="shop-web",
        cpu="1024",
        memory="4096",
        runtime_platform=aws.ecs.TaskDefinitionRuntimePlatformArgs(cpu_architecture="ARM64"),
        container_definitions=json.dumps(containers),
        volumes=[
            aws.ecs.TaskDefinitionVolumeArgs(name="scratch"),
            aws.ecs.TaskDefinitionVolumeArgs(
                name="files",
                efs_volume_configuration=aws.ecs.TaskDefinitionVolumeEfsVolumeConfigurationArgs(
                    file_system_id=files.id,
                    authorization_config=aws.ecs.TaskDefinitionVolumeEfsVolumeConfigurationAuthorizationConfigArgs(
                        access_point_id=point.id, iam="ENABLED"
                    ),
                ),
            ),
        ],
        opts=app.child,
    )


def scale(service: aws.ecs.Service, *, schedule: bool = True, opts: pulumi.ResourceOptions | None = None) -> None:
    """1 to 5 tasks, by CPU, and more in the morning."""
    target = aws.appautoscaling.Target(
        "web-scaling",
        service_namespace="ecs",
        scalable_dimension="ecs:service:DesiredCount",
        resource_id=pulumi.Output.concat("service/shop/", service.name),
        min_capacity=1,
        max_capacity=5,
        opts=opts,
    )
    aws.appautoscaling.Policy(
        "web-cpu",
        policy_type="TargetTrackingScaling",
        service_namespace="ecs",
        scalable_dimension="ecs:service:DesiredCount",
        resource_id=target.resource_id,
        target_tracking_scaling_policy_configuration=aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs(
            target_value=70,
            predefined_metric_specification=(
                aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecificationArgs(
                    predefined_metric_type="ECSServiceAverageCPUUtilization"
                )
            ),
        ),
        opts=opts,
    )
    if not schedule:
        return
    aws.appautoscaling.ScheduledAction(
        "web-morning",
        name="morning",
        service_namespace="ecs",
        scalable_dimension="ecs:service:DesiredCount",
        resource_id=target.resource_id,
        schedule="cron(0 7 * * ? *)",
        timezone="Europe/Berlin",
        scalable_target_action=aws.appautoscaling.ScheduledActionScalableTargetActionArgs(
            min_capacity=3, max_capacity=8
        ),
        opts=opts,
    )


def route(group: aws.lb.TargetGroup) -> None:
    """HTTPS with two rules, registered in the opposite order of their priorities; HTTP redirects."""
    balancer = aws.lb.LoadBalancer("alb")
    aws.lb.Listener(
        "http",
        load_balancer_arn=balancer.arn,
        port=80,
        protocol="HTTP",
        default_actions=[
            aws.lb.ListenerDefaultActionArgs(
                type="redirect",
                redirect=aws.lb.ListenerDefaultActionRedirectArgs(port="443", protocol="HTTPS", status_code="HTTP_301"),
            )
        ],
    )
    https = aws.lb.Listener(
        "https",
        load_balancer_arn=balancer.arn,
        port=443,
        protocol="HTTPS",
        default_actions=[
            aws.lb.ListenerDefaultActionArgs(
                type="fixed-response",
                fixed_response=aws.lb.ListenerDefaultActionFixedResponseArgs(
                    content_type="text/plain", status_code="404"
                ),
            )
        ],
    )
    path = aws.lb.ListenerRuleConditionPathPatternArgs
    host = aws.lb.ListenerRuleConditionHostHeaderArgs
    source = aws.lb.ListenerRuleConditionSourceIpArgs
    forward = [aws.lb.ListenerRuleActionArgs(type="forward", target_group_arn=group.arn)]
    aws.lb.ListenerRule(
        "a-last",
        listener_arn=https.arn,
        priority=1000,
        conditions=[aws.lb.ListenerRuleConditionArgs(path_pattern=path(values=["/*"]))],
        actions=forward,
    )
    aws.lb.ListenerRule(
        "b-first",
        listener_arn=https.arn,
        priority=90,
        conditions=[
            aws.lb.ListenerRuleConditionArgs(host_header=host(values=["shop.example.com"])),
            aws.lb.ListenerRuleConditionArgs(path_pattern=path(values=["/api", "/api/*"])),
            aws.lb.ListenerRuleConditionArgs(source_ip=source(values=["10.0.0.0/16"])),
        ],
        actions=forward,
    )
