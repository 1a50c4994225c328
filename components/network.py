"""The VPC that everything runs in: created here with awsx, or one that exists already."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Literal

import pulumi
import pulumi_aws as aws

from aws_rules import iam, subnets
from components.support.canonical_json import canonical_json
from components.support.location import Location
from components.support.log_group import make_log_group
from components.support.once import once
from components.support.tcp_rules import tcp_in

INTERFACE_ENDPOINTS = (
    "bedrock",
    "bedrock-runtime",
    "ecr.api",
    "ecr.dkr",
    "logs",
    "secretsmanager",
    "ssmmessages",
)
"""What tasks call besides S3: without a NAT gateway each needs an endpoint, and Bedrock needs both of its own."""

EXEC_ENDPOINTS = ("kms",)
"""What a task calls besides for ECS Exec: the agent decrypts the session's key, which is under the stack's KMS key."""

NatStrategy = Literal["None", "Single", "OnePerAz"]


@dataclass(frozen=True, kw_only=True)
class VpcToCreate:
    """A VPC of the stack's own."""

    cidr: str
    zones: tuple[str, ...]
    """The Availability Zones' names, one public and one private subnet in each."""
    nat_gateways: NatStrategy
    """As awsx has them."""
    interface_endpoints: bool
    flow_logs: bool
    kms_key_arn: pulumi.Input[str]
    exec_enabled: bool = False
    """Whether ECS Exec may be used in any of the tasks."""
    further_endpoints: Sequence[str] = ()
    """What else tasks call, as the names of interface endpoints end: `sts`."""


@dataclass(frozen=True, kw_only=True)
class GivenVpc:
    """A VPC that exists already: its facts are looked up, never typed."""

    vpc_id: str
    cidrs: Sequence[str]
    private_subnets: Sequence[subnets.Subnet]
    public_subnets: Sequence[subnets.Subnet]


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    """Exactly one of `create` and `given`."""

    location: Location
    create: VpcToCreate | None = None
    given: GivenVpc | None = None


class Network(pulumi.ComponentResource):
    """A VPC with private subnets for tasks and data, and public ones where the internet may come in."""

    vpc_id: pulumi.Output[str]
    private_subnet_ids: pulumi.Output[Sequence[str]]
    public_subnet_ids: pulumi.Output[Sequence[str]]

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("webui-bedrock:network:Network", name, None, opts)
        if args.create is not None:
            self._create(name, args.create, args.location)
        elif args.given is not None:
            self._adopt(args.given)
        else:
            raise ValueError("NetworkArgs needs create or given")
        self.register_outputs(
            {
                "vpc_id": self.vpc_id,
                "private_subnet_ids": self.private_subnet_ids,
                "public_subnet_ids": self.public_subnet_ids,
            }
        )

    def private_subnet_per_zone(self) -> dict[str, pulumi.Output[str]]:
        """One private subnet for each zone that tasks run in: EFS and load balancers take no second one."""
        return dict(self._private_per_zone)

    def public_subnet_per_zone(self) -> dict[str, pulumi.Output[str]]:
        """One public subnet for each zone, empty where the network has none."""
        return dict(self._public_per_zone)

    def _adopt(self, vpc: GivenVpc) -> None:
        def per_zone(of_kind: Sequence[subnets.Subnet]) -> dict[str, pulumi.Output[str]]:
            return {subnet.zone: pulumi.Output.from_input(subnet.id) for subnet in subnets.one_per_zone(of_kind)}

        # Sorted: the order in which they are typed decides nothing, such as which subnet of a zone is mounted in.
        private = sorted(vpc.private_subnets, key=attrgetter("id"))
        public = sorted(vpc.public_subnets, key=attrgetter("id"))
        self.cidrs = list(vpc.cidrs)
        self.private_cidrs = [subnet.cidr for subnet in private]
        self.public_cidrs = [subnet.cidr for subnet in public]
        self.vpc_id = pulumi.Output.from_input(vpc.vpc_id)
        self.private_subnet_ids = pulumi.Output.from_input([subnet.id for subnet in private])
        self.public_subnet_ids = pulumi.Output.from_input([subnet.id for subnet in public])
        self._private_per_zone = per_zone(private)
        self._public_per_zone = per_zone(public)

    def _create(self, name: str, create: VpcToCreate, location: Location) -> None:
        import pulumi_awsx as awsx  # Here, because a stack in a given VPC needs neither awsx nor its plugins.

        blocks = subnets.carve(create.cidr, create.zones)
        vpc = awsx.ec2.Vpc(
            f"{name}-vpc",
            cidr_block=create.cidr,
            availability_zone_names=list(create.zones),
            enable_dns_hostnames=True,
            enable_dns_support=True,
            nat_gateways={"strategy": awsx.ec2.NatGatewayStrategy(create.nat_gateways)},
            subnet_strategy=awsx.ec2.SubnetAllocationStrategy.AUTO,
            # Explicit blocks, so that a third zone later moves no subnet that exists.
            subnet_specs=[
                {"type": awsx.ec2.SubnetType.PUBLIC, "cidr_blocks": [block.public for block in blocks]},
                {"type": awsx.ec2.SubnetType.PRIVATE, "cidr_blocks": [block.private for block in blocks]},
            ],
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.cidrs = [create.cidr]
        self.private_cidrs = [block.private for block in blocks]
        self.public_cidrs = [block.public for block in blocks]
        self.vpc_id = vpc.vpc_id
        self.private_subnet_ids = vpc.private_subnet_ids
        self.public_subnet_ids = vpc.public_subnet_ids
        self._private_per_zone = _per_zone(create.zones, vpc.private_subnet_ids)
        self._public_per_zone = _per_zone(create.zones, vpc.public_subnet_ids)
        # A group that nobody may use: Security Hub EC2.2.
        aws.ec2.DefaultSecurityGroup(f"{name}-default", vpc_id=vpc.vpc_id, opts=pulumi.ResourceOptions(parent=self))
        if create.flow_logs:
            self._log_flows(name, create, location)
        self._add_endpoints(name, create, location, vpc)

    def _log_flows(self, name: str, create: VpcToCreate, location: Location) -> None:
        child = pulumi.ResourceOptions(parent=self)
        log_group = make_log_group(f"{name}-flows", create.kms_key_arn, child)
        role = aws.iam.Role(
            f"{name}-flows-role",
            assume_role_policy=canonical_json(iam.assume_role("vpc-flow-logs.amazonaws.com", location.account_id)),
            opts=child,
        )
        policy = aws.iam.RolePolicy(
            f"{name}-flows-policy",
            role=role.name,
            policy=canonical_json(_publish_flows(log_group.arn)),
            opts=child,
        )
        aws.ec2.FlowLog(
            f"{name}-flow-log",
            vpc_id=self.vpc_id,
            traffic_type="ALL",
            log_destination=log_group.arn,
            iam_role_arn=role.arn,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )

    def _add_endpoints(self, name: str, create: VpcToCreate, location: Location, vpc: pulumi.Resource) -> None:
        child = pulumi.ResourceOptions(parent=self)
        route_tables = aws.ec2.get_route_tables_output(
            vpc_id=self.vpc_id,
            filters=[{"name": "tag:SubnetType", "values": ["Private"]}],
            opts=pulumi.InvokeOutputOptions(parent=self, depends_on=[vpc]),
        )
        # Image layers come from S3; through the gateway endpoint they cost no NAT traffic.
        s3 = aws.ec2.VpcEndpoint(
            f"{name}-s3",
            vpc_id=self.vpc_id,
            service_name=f"com.amazonaws.{location.region}.s3",
            vpc_endpoint_type="Gateway",
            route_table_ids=route_tables.ids,
            opts=child,
        )
        endpoints = [s3]
        if create.interface_endpoints:
            endpoints += self._make_interface_endpoints(name, create, location)
        # Handed out once the endpoints answer: without a NAT gateway tasks pull their images through them, and with one
        # the new route to S3 would cut a pull that is under way.
        self.private_subnet_ids = once(self.private_subnet_ids, *(endpoint.id for endpoint in endpoints))

    def _make_interface_endpoints(
        self, name: str, create: VpcToCreate, location: Location
    ) -> list[aws.ec2.VpcEndpoint]:
        child = pulumi.ResourceOptions(parent=self)
        group = aws.ec2.SecurityGroup(
            f"{name}-endpoints-sg", vpc_id=self.vpc_id, description="AWS interface endpoints", opts=child
        )
        tcp_in(
            f"{name}-endpoints-from-vpc",
            group.id,
            443,
            description="AWS API calls from the VPC",
            addresses=create.cidr,
            child=child,
        )
        return [
            aws.ec2.VpcEndpoint(
                f"{name}-{service.replace('.', '-')}",
                vpc_id=self.vpc_id,
                service_name=f"com.amazonaws.{location.region}.{service}",
                vpc_endpoint_type="Interface",
                private_dns_enabled=True,
                subnet_ids=self.private_subnet_ids,
                security_group_ids=[group.id],
                opts=child,
            )
            for service in (
                *INTERFACE_ENDPOINTS,
                *(EXEC_ENDPOINTS if create.exec_enabled else ()),
                *create.further_endpoints,
            )
        ]


def _publish_flows(log_group_arn: pulumi.Output[str]) -> dict[str, object]:
    streams = pulumi.Output.concat(log_group_arn, ":*")
    describe = iam.allow("FindLogStreams", ["logs:DescribeLogGroups", "logs:DescribeLogStreams"], [streams])
    return iam.document(iam.write_logs(streams), describe)


def _per_zone(zones: Sequence[str], ids: pulumi.Output[Sequence[str]]) -> dict[str, pulumi.Output[str]]:
    """awsx returns subnet ids in the order of the zones that it was given."""

    def subnet_of(position: int) -> pulumi.Output[str]:
        return ids.apply(lambda known_ids: known_ids[position])

    return {zone: subnet_of(position) for position, zone in enumerate(zones)}
