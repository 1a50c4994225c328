"""Configurations that must plan as they stand: every choice a stack's file offers, each in one of them at least."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from offline.engine import AwsFacts
from offline.recording import Recording
from tests.support.program import GATEWAY_IMAGE, Config, plan

VPC_ID = "vpc-0123456789abcdef0"
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
DOMAIN = {"domain": "chat.example.com", "hostedZoneId": "Z0123456789ABCDEFGHIJ"}
OFFICE = ["203.0.113.0/24"]
SECRET_ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:reports-login-AbCdEf"
KEY_ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:team-bedrock-key-GhIjKl"
ONE_TASK: Config = {"scaling": {"min": 1, "max": 1}}
REPORTS = {"image": "public.ecr.aws/team/reports:1.4.2", "port": 3000, "paths": ["/reports", "/reports/*"]}
WORKER = {"image": "public.ecr.aws/team/worker:1.4.2", "port": 9000, "command": ["work", "--forever"]}
IN_ECR = "{account}.dkr.ecr.{region}.amazonaws.com/open-webui:v0.12.4"
OFFICE_HOURS = [
    {"name": "morning", "cron": "cron(0 8 ? * MON-FRI *)", "timezone": "Europe/Berlin", "min": 2, "max": 5},
    {"name": "evening", "cron": "cron(0 20 ? * MON-FRI *)", "timezone": "Europe/Berlin", "min": 1, "max": 2},
]


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One configuration on top of dev's, in an account as `aws` says."""

    overrides: Config
    aws: AwsFacts = field(default_factory=AwsFacts)

    def plan(self, *, preview: bool = False) -> Recording:
        """The plan of this variant."""
        return plan(self.overrides, preview=preview, aws=self.aws)


def subnet_id(kind: str, number: int) -> str:
    """A made-up subnet id, the same for the same words."""
    return f"subnet-{'a' if kind == 'private' else 'b'}{number:016x}"


def given_vpc(zones: str, *, public: str = "", cidrs: tuple[str, ...] = ("10.0.0.0/16",), **more: object) -> Variant:
    """A VPC that exists, with a private subnet for each letter of `zones` and a public one for each of `public`."""
    subnets: dict[str, Mapping[str, object]] = {}
    ids: dict[str, list[str]] = {}
    for kind, letters in (("private", zones), ("public", public)):
        ids[kind] = [subnet_id(kind, number) for number in range(len(letters))]
        offset = 0 if kind == "private" else 100
        for number, letter in enumerate(letters):
            subnets[ids[kind][number]] = {
                "availabilityZone": f"us-east-1{letter}",
                "vpcId": VPC_ID,
                "cidrBlock": f"10.0.{offset + number}.0/24",
            }
    associations = [{"associationId": f"a-{cidr}", "cidrBlock": cidr, "state": "associated"} for cidr in cidrs]
    vpc = {"cidrBlock": cidrs[0], "cidrBlockAssociations": associations}
    network = {"vpcId": VPC_ID, "privateSubnetIds": ids["private"], "publicSubnetIds": ids["public"]}
    return Variant(overrides={"network": network, **more}, aws=AwsFacts(vpcs={VPC_ID: vpc}, subnets=subnets))


GIVEN = {
    "2 subnets in 2 zones": given_vpc("ab"),
    "3 subnets in 2 zones": given_vpc("aab"),
    "3 subnets in 3 zones": given_vpc("abc"),
    "5 subnets in 2 zones": given_vpc("ababa"),
    "5 subnets in 3 zones": given_vpc("abcca"),
    "public subnets for an internet-facing load balancer": given_vpc(
        "abc",
        public="aabc",
        loadBalancer={"scheme": "internet-facing", "allowedCidrs": OFFICE, **DOMAIN},
    ),
}

CREATED = {
    "as the seed has it": Variant(overrides={}),
    "three zones with a NAT gateway each": Variant(
        overrides={"network": {"availabilityZones": 3, "natGateways": "onePerAz"}}
    ),
    "no way out but interface endpoints": Variant(
        overrides={
            "network": {"natGateways": "none", "endpoints": True, "flowLogs": False},
            "webui": {"image": IN_ECR},
        }
    ),
}

OTHER = {
    "a third service": Variant(overrides={"services": {"reports": REPORTS}}),
    "a background worker": Variant(overrides={"services": {"worker": WORKER}}),
    "a service on a host of its own, with files": Variant(
        overrides={
            "services": {
                "wiki": {
                    "image": "public.ecr.aws/team/wiki:1.4.2",
                    "port": 8081,
                    "hosts": ["wiki.example.com"],
                    "volume": {"path": "/data"},
                    "secrets": {"LOGIN": f"{SECRET_ARN}:password::"},
                    "env": {"MODE": "quiet"},
                    "exec": True,
                }
            }
        }
    ),
    "HTTPS with a certificate": Variant(overrides={"loadBalancer": {"certificateArn": CERTIFICATE}}),
    "HTTPS with a domain": Variant(overrides={"loadBalancer": DOMAIN}),
    "internet-facing": Variant(
        overrides={"loadBalancer": {"scheme": "internet-facing", "allowedCidrs": OFFICE, **DOMAIN}}
    ),
    "no database": Variant(overrides={"database": {"enabled": False}, "webui": ONE_TASK}),
    "a database for one task": Variant(overrides={"database": {"enabled": True}, "webui": ONE_TASK}),
    "no gateway": Variant(overrides={"gateway": {"enabled": False}}),
    "an image that the stack builds": Variant(overrides={"gateway": {"build": {"context": "gateway"}}}),
    "Fargate Spot": Variant(
        overrides={
            "webui": {"spot": {"weight": 2, "base": 1}},
            "gateway": {"image": GATEWAY_IMAGE, "spot": {"weight": 3, "base": 1}},
        }
    ),
    "schedules and all metrics": Variant(
        overrides={
            "webui": {
                "scaling": {"max": 5, "memoryTarget": 80, "requestsPerTask": 400, "schedules": OFFICE_HOURS},
            }
        }
    ),
    "Service Connect behind an internal load balancer": Variant(
        overrides={"gateway": {"image": GATEWAY_IMAGE, "transport": "serviceConnect"}}
    ),
    "sign-in with OpenID Connect and secrets of the user": Variant(
        overrides={
            "webui": {
                "oidc": {
                    "providerUrl": "https://id.example.com/.well-known/openid-configuration",
                    "clientId": "open-webui",
                    "clientSecretArn": f"{SECRET_ARN}:client::",
                },
                "secrets": {"TAVILY_API_KEY": f"{SECRET_ARN}:tavily::"},
            },
            "gateway": {"image": GATEWAY_IMAGE, "apiKeySecretArn": KEY_ARN},
        }
    ),
    "the exports of the old template": Variant(overrides={"cloudFormationExports": True}),
}

VARIANTS: dict[str, Variant] = {
    **{f"created VPC: {name}": variant for name, variant in CREATED.items()},
    **{f"given VPC: {name}": variant for name, variant in GIVEN.items()},
    **OTHER,
}
