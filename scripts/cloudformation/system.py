"""The running system that a CloudFormation stack made: its parts by what they do, whatever the template calls them.

The template itself is not needed: which container a target group, rule or scalable target serves, AWS knows.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from health.aws import Aws
from problems.command import missing, require
from scripts.cloudformation.descriptions import Facts, describe, log_group, service_address, task_definition
from scripts.cloudformation.stack import CfnResource, CfnStack


@dataclass(frozen=True, kw_only=True)
class Live:
    """A resource of the stack and what AWS says of it."""

    resource: CfnResource
    facts: Facts


@dataclass(frozen=True, kw_only=True)
class App:
    """One application as it runs: its container, and the ECS service around it."""

    name: str
    service: Live
    task: Facts
    """The task definition that the service runs."""
    container: Facts
    shares_service: bool
    """Whether the service runs the other application too: the template before the split."""

    @property
    def cluster_and_service(self) -> str:
        """`cluster/service`, as Pulumi and Application Auto Scaling put it."""
        return "/".join(service_address(self.service.resource.physical_id))

    @property
    def port(self) -> int | None:
        """The container's port."""
        mappings = self.container.get("portMappings", [])
        return mappings[0]["containerPort"] if mappings else None


@dataclass(frozen=True, kw_only=True)
class System:
    """Everything that was found."""

    stack: CfnStack
    present: tuple[Live, ...]
    gone: tuple[CfnResource, ...]
    """Listed by CloudFormation, deleted by hand."""
    apps: Mapping[str, App]
    vpc: Facts
    """`DescribeVpcs`, with the two DNS attributes under their API names."""
    subnets: Mapping[str, Facts]
    """Every subnet of the VPC, by id."""

    def of_type(self, cfn_type: str) -> list[Live]:
        """The stack's resources of one CloudFormation type."""
        return [live for live in self.present if live.resource.type == cfn_type]

    def first(self, cfn_type: str) -> Live | None:
        """The resource of a type that such a stack has one of."""
        return next(iter(self.of_type(cfn_type)), None)

    def app_of(self, live: Live) -> str | None:
        """Which application a target group, listener rule, scalable target or policy serves."""
        facts = live.facts
        if "ResourceId" in facts:
            return self.app_of_service(facts["ResourceId"])
        group = facts.get("TargetGroupArn") or next(iter(forwards_to(facts)), None)
        for app in self.apps.values():
            for target in app.service.facts.get("loadBalancers", []):
                if target.get("targetGroupArn") == group and target["containerName"] == app.container["name"]:
                    return app.name
        return app_named_in(live.resource.logical_id)

    def app_of_service(self, arn_or_resource_id: str) -> str | None:
        """Which application an ECS service becomes; a shared one the WebUI, as the output ECSServiceName does."""
        address = "/".join(service_address(arn_or_resource_id))
        names = [app.name for app in self.apps.values() if app.cluster_and_service == address]
        return "webui" if "webui" in names else next(iter(names), None)


def forwards_to(listener_or_rule: Facts) -> Iterator[str]:
    """The target groups that a listener or rule sends requests to."""
    for action in listener_or_rule.get("DefaultActions", listener_or_rule.get("Actions", [])):
        groups = action.get("ForwardConfig", {}).get("TargetGroups", [])
        yield from (group["TargetGroupArn"] for group in groups)
        if not groups and "TargetGroupArn" in action:
            yield action["TargetGroupArn"]


def app_named_in(*texts: str) -> str | None:
    """The application that the first telling text names: a container, an image, at last a logical id."""
    for text in texts:
        # The gateway first: `webui-bedrock-gateway` is the gateway.
        word = text.lower().replace("-", "").replace("_", "")
        if "gateway" in word or "proxy" in word:
            return "gateway"
        if "webui" in word:
            return "webui"
    return None


def read_system(aws: Aws, stack: CfnStack) -> System:
    """Describe everything in the stack. Raises MissingError when it is no such system, ClientError when refused."""
    described = [(resource, describe(aws, resource)) for resource in stack.resources]
    present = [Live(resource=resource, facts=facts) for resource, facts in described if facts is not None]
    present += _unlisted(aws, present)
    apps = {app.name: app for live in present if live.resource.type == "AWS::ECS::Service" for app in _apps(aws, live)}
    _require(stack, present, apps)
    vpc_id = next(live.facts["VpcId"] for live in present if live.resource.type == LOAD_BALANCER)
    ec2 = aws.client("ec2")
    vpc = ec2.describe_vpcs(VpcIds=[vpc_id])["Vpcs"][0]
    for attribute in ("enableDnsSupport", "enableDnsHostnames"):
        answer = ec2.describe_vpc_attribute(VpcId=vpc_id, Attribute=attribute)
        vpc[attribute] = answer[attribute[0].upper() + attribute[1:]]["Value"]
    subnets = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])["Subnets"]
    return System(
        stack=stack,
        present=tuple(present),
        gone=tuple(resource for resource, facts in described if facts is None),
        apps=apps,
        vpc=vpc,
        subnets={subnet["SubnetId"]: subnet for subnet in subnets},
    )


LOAD_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
CAPACITY = "AWS::ECS::ClusterCapacityProviderAssociations"
LOG_GROUP = "AWS::Logs::LogGroup"


def _unlisted(aws: Aws, present: list[Live]) -> Iterator[Live]:
    """What exists beside the template and would be in the way of this program: its names are taken."""
    listed = {(live.resource.type, live.resource.physical_id) for live in present}
    for cluster in [live for live in present if live.resource.type == "AWS::ECS::Cluster"]:
        name = cluster.facts["clusterName"]
        insights = f"/aws/ecs/containerinsights/{name}/performance"
        if group := log_group(aws, insights):
            resource = CfnResource(
                logical_id="(made by Container Insights)", type=LOG_GROUP, physical_id=group["logGroupName"]
            )
            yield Live(resource=resource, facts=group)
        if cluster.facts.get("capacityProviders") and (CAPACITY, name) not in listed:
            resource = CfnResource(logical_id="(part of the cluster)", type=CAPACITY, physical_id=name)
            yield Live(resource=resource, facts=cluster.facts)


def _apps(aws: Aws, service: Live) -> Iterator[App]:
    task = task_definition(aws, service.facts["taskDefinition"])
    containers = task["containerDefinitions"]
    named: dict[str, Facts] = {}
    for container in containers:
        hint = service.resource.logical_id if len(containers) == 1 else ""
        app = app_named_in(container["name"], container["image"].rpartition("/")[2], hint)
        if app:
            named.setdefault(app, container)
    for app, container in named.items():
        yield App(name=app, service=service, task=task, container=container, shares_service=len(named) > 1)


def _require(stack: CfnStack, present: list[Live], apps: Mapping[str, App]) -> None:
    types = {live.resource.type for live in present}
    parts = {
        "load balancer": LOAD_BALANCER in types,
        "cluster": "AWS::ECS::Cluster" in types,
        "service that runs Open WebUI": "webui" in apps,
    }
    require(
        missing(f"a {part} in the CloudFormation stack {stack.name}", "This reads stacks of the former template only.")
        for part, is_there in parts.items()
        if not is_there
    )
