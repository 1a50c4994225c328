"""An account with one of everything that AWS would not let go of, for the tests of the stand-in."""

import json
from typing import Any

from tests.engine.given_account import import_certificate
from tests.engine.stand_in_data import Clients, World, containers, databases, users

ALLOWED = {
    "Effect": "Allow",
    "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
    "Action": "s3:PutObject",
    "Resource": "*",
}
CONDITION = {"ArnLike": {"aws:SourceArn": "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/*"}}
EXPORTS = {"Outputs": {"Url": {"Value": "http://a", "Export": {"Name": "taken"}}}}


def build(aws: Clients) -> World:
    """Fill an empty account."""
    world: World = {}
    _network(aws("ec2"), world)
    _balancers(aws, world)
    _keeping(aws, world)
    databases(aws, world)
    containers(aws, world)
    users(aws, world)
    return world


def _network(ec2: Any, world: World) -> None:
    for vpc, block in {"vpc": "10.0", "other": "10.1", "closed": "10.2"}.items():
        world[vpc] = ec2.create_vpc(CidrBlock=f"{block}.0.0/16")["Vpc"]["VpcId"]
        for number, (name, zone) in enumerate({"a": "a", "b": "b", "a2": "a", "c": "c"}.items()):
            subnet = ec2.create_subnet(
                VpcId=world[vpc], CidrBlock=f"{block}.{number}.0/24", AvailabilityZone=f"us-east-1{zone}"
            )
            world[f"{vpc}-{name}"] = subnet["Subnet"]["SubnetId"]
        for name in ("used", "free"):
            group = ec2.create_security_group(GroupName=name, Description=name, VpcId=world[vpc])
            world[f"{vpc}-{name}"] = group["GroupId"]
    for vpc in ("vpc", "other"):
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        world[f"{vpc}-gateway"] = gateway
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=world[vpc])
    for name in ("taken", "spare"):
        world[name] = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ec2.create_nat_gateway(SubnetId=world["vpc-a2"], AllocationId=world["taken"])
    world["table"] = ec2.create_route_table(VpcId=world["vpc"])["RouteTable"]["RouteTableId"]
    s3 = "com.amazonaws.us-east-1.s3"
    ec2.create_vpc_endpoint(VpcId=world["vpc"], ServiceName=s3, RouteTableIds=[world["table"]])
    ec2.create_vpc_endpoint(**interface(world))
    world["bare"] = ec2.create_vpc(CidrBlock="10.3.0.0/16")["Vpc"]["VpcId"]
    (allowed,) = ec2.authorize_security_group_ingress(**ingress(world, 79))["SecurityGroupRules"]
    world["allowed"] = allowed["SecurityGroupRuleId"]


def interface(world: World, *, private: bool = True) -> dict[str, Any]:
    """What an interface endpoint for CloudWatch Logs takes."""
    return {
        "VpcId": world["vpc"],
        "ServiceName": "com.amazonaws.us-east-1.logs",
        "VpcEndpointType": "Interface",
        "SubnetIds": [world["vpc-a"]],
        "PrivateDnsEnabled": private,
    }


def ingress(world: World, port: int, source: str = "vpc-used", told: str = "text") -> dict[str, Any]:
    """What a rule that lets a group reach a port takes."""
    pair = {"GroupId": world[source], "Description": told}
    permission = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "UserIdGroupPairs": [pair]}
    return {"GroupId": world["vpc-free"], "IpPermissions": [permission]}


def _balancers(aws: Clients, world: World) -> None:
    elb = aws("elbv2")
    for vpc in ("vpc", "other"):
        balancer = elb.create_load_balancer(
            Name=vpc,
            Subnets=[world[f"{vpc}-a"], world[f"{vpc}-b"]],
            SecurityGroups=[world[f"{vpc}-used"]],
            Scheme="internal",
        )
        world[f"{vpc}-balancer"] = balancer["LoadBalancers"][0]["LoadBalancerArn"]
        for name in ("targets", "loose"):
            group = elb.create_target_group(
                Name=f"{vpc}-{name}", Protocol="HTTP", Port=80, VpcId=world[vpc], TargetType="ip"
            )
            world[f"{vpc}-{name}"] = group["TargetGroups"][0]["TargetGroupArn"]
        listener = elb.create_listener(
            LoadBalancerArn=world[f"{vpc}-balancer"], Protocol="HTTP", Port=80, DefaultActions=forward(world, vpc)
        )
        world[f"{vpc}-listener"] = listener["Listeners"][0]["ListenerArn"]
    path = [{"Field": "path-pattern", "Values": ["/known"]}]
    rule = elb.create_rule(
        ListenerArn=world["vpc-listener"], Priority=9, Conditions=path, Actions=forward(world, "vpc")
    )
    world["rule"] = rule["Rules"][0]["RuleArn"]
    elb.modify_load_balancer_attributes(
        LoadBalancerArn=world["other-balancer"],
        Attributes=[{"Key": "deletion_protection.enabled", "Value": "true"}],
    )
    acm = aws("acm")
    world["pending"] = acm.request_certificate(DomainName="a.example.com")["CertificateArn"]
    world["issued"], world["installed"] = (import_certificate(acm, "b.example.com") for _ in range(2))
    elb.create_listener(
        LoadBalancerArn=world["vpc-balancer"],
        Protocol="HTTPS",
        Port=443,
        Certificates=[{"CertificateArn": world["installed"]}],
        DefaultActions=forward(world, "vpc"),
    )


def forward(world: World, vpc: str, group: str = "targets") -> list[dict[str, str]]:
    """The action that sends requests to a target group of the VPC."""
    return [{"Type": "forward", "TargetGroupArn": world[f"{vpc}-{group}"]}]


def _keeping(aws: Clients, world: World) -> None:
    for name, statement in {"open": ALLOWED, "narrow": ALLOWED | {"Condition": CONDITION}}.items():
        aws("s3").create_bucket(Bucket=name)
        aws("s3").put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    world["key"], world["dying"] = (aws("kms").create_key()["KeyMetadata"]["KeyId"] for _ in range(2))
    aws("kms").schedule_key_deletion(KeyId=world["dying"])
    aws("secretsmanager").create_secret(Name="deleted", SecretString="-")
    aws("secretsmanager").delete_secret(SecretId="deleted")
    zone = aws("route53").create_hosted_zone(Name="example.com", CallerReference="1")
    world["zone"] = zone["HostedZone"]["Id"].split("/")[-1]
    aws("route53").change_resource_record_sets(HostedZoneId=world["zone"], ChangeBatch=record("CREATE", "a"))
    seen = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "acl"}
    for name in ("acl", "spare-acl"):
        acl = aws("wafv2").create_web_acl(
            Name=name, Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig=seen
        )["Summary"]
        world |= {name: acl["Id"], f"{name}-lock": acl["LockToken"], f"{name}-arn": acl["ARN"]}
    aws("wafv2").associate_web_acl(WebACLArn=world["acl-arn"], ResourceArn=world["vpc-balancer"])
    aws("cloudformation").create_stack(StackName="exports", TemplateBody=json.dumps(EXPORTS))


def record(action: str, name: str) -> dict[str, Any]:
    """A change of an address record below example.com."""
    kept = {"Name": f"{name}.example.com", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]}
    return {"Changes": [{"Action": action, "ResourceRecordSet": kept}]}
