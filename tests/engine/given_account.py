"""What the account holds before any stack: what a stack's file may name."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from tests.engine.process import StandIn

ACCOUNT_ID: Final = "123456789012"
SUBNETS: Final = ("private-a", "private-b", "private-c", "private-a2", "public-a", "public-b")
"""Subnets of the given VPC, each with the letter of its zone."""
CIDR: Final = "10.0.0.0/16"
WANTED_PRIORITY: Final = 15707
"""What Open WebUI's rule for chat.example.com would have on a listener without others."""


def prepare_account(stand_in: StandIn) -> dict[str, str]:
    """Make what a stack's file may name; give the ids by the words of changes.yaml."""
    _images(stand_in.client("ecr"))
    network = _network(stand_in.client("ec2"))
    certificate = import_certificate(stand_in.client("acm"), "*.example.com")
    return {
        **network,
        "certificate": certificate,
        "listener": _listener(stand_in.client("elbv2"), network, certificate),
        "key": stand_in.client("kms").create_key(Description="given")["KeyMetadata"]["Arn"],
        "topic": stand_in.client("sns").create_topic(Name="given")["TopicArn"],
        "zone": _zone(stand_in.client("route53")),
        "secret": stand_in.client("secretsmanager").create_secret(Name="given", SecretString='{"api_key":"x"}')["ARN"],
        "snapshot": _snapshot(stand_in.client("rds")),
    }


def _network(ec2: Any) -> dict[str, str]:
    vpc = ec2.create_vpc(CidrBlock=CIDR)["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(VpcId=vpc, InternetGatewayId=gateway)
    group = ec2.create_security_group(GroupName="given", Description="A load balancer that exists", VpcId=vpc)
    ids = {"vpc": vpc, "group": group["GroupId"]}
    for number, name in enumerate(SUBNETS):
        zone = f"us-east-1{name.partition('-')[2][0]}"
        made = ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=zone)
        ids[name] = made["Subnet"]["SubnetId"]
        table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        ec2.associate_route_table(RouteTableId=table, SubnetId=ids[name])
        if name.startswith("public"):
            ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    # Of two subnets in a zone the stack takes the one with the lower id.
    ids["private-a"], ids["private-a2"] = sorted((ids["private-a"], ids["private-a2"]))
    return ids


def import_certificate(acm: Any, domain: str) -> str:
    """Import a self-signed certificate; give its ARN."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, domain)])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today)
        .not_valid_after(today + timedelta(days=90))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    made = acm.import_certificate(Certificate=certificate.public_bytes(serialization.Encoding.PEM), PrivateKey=private)
    return str(made["CertificateArn"])


def _listener(elbv2: Any, network: dict[str, str], certificate: str) -> str:
    """A listener of an internal load balancer, with a rule of its owner's where the stack would like to have one."""
    subnets = [network["private-a"], network["private-b"]]
    made = elbv2.create_load_balancer(
        Name="given", Scheme="internal", Subnets=subnets, SecurityGroups=[network["group"]]
    )
    balancer = made["LoadBalancers"][0]["LoadBalancerArn"]
    # AWS's default, which moto does not tell.
    attributes = [{"Key": "idle_timeout.timeout_seconds", "Value": "60"}]
    elbv2.modify_load_balancer_attributes(LoadBalancerArn=balancer, Attributes=attributes)
    nothing = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
    listener: str = elbv2.create_listener(
        LoadBalancerArn=balancer,
        Protocol="HTTPS",
        Port=443,
        Certificates=[{"CertificateArn": certificate}],
        DefaultActions=[nothing],
    )["Listeners"][0]["ListenerArn"]
    theirs = {"Field": "host-header", "HostHeaderConfig": {"Values": ["theirs.example.com"]}}
    elbv2.create_rule(ListenerArn=listener, Priority=WANTED_PRIORITY, Conditions=[theirs], Actions=[nothing])
    return listener


def _zone(route53: Any) -> str:
    made = route53.create_hosted_zone(Name="example.com", CallerReference="given")
    return str(made["HostedZone"]["Id"]).removeprefix("/hostedzone/")


def _snapshot(rds: Any) -> str:
    rds.create_db_cluster(
        DBClusterIdentifier="given",
        Engine="aurora-postgresql",
        EngineVersion="16.8",
        MasterUsername="x",
        MasterUserPassword="made-up-word",
    )
    rds.create_db_cluster_snapshot(DBClusterIdentifier="given", DBClusterSnapshotIdentifier="before")
    return "before"


def push(ecr: Any, repository: str, tag: str) -> None:
    """Put an image of nothing into a repository."""
    manifest = {"mediaType": "application/vnd.oci.image.manifest.v1+json", "tag": tag}
    ecr.put_image(repositoryName=repository, imageManifest=json.dumps(manifest), imageTag=tag)


def _images(ecr: Any) -> None:
    ecr.create_repository(repositoryName="bedrock-proxy-api-ecs")
    for tag in ("latest", "2026-11-01"):
        push(ecr, "bedrock-proxy-api-ecs", tag)
