"""Configurations that must plan as they stand; each choice that a stack's file offers is in one of them at least."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from offline.engine import AwsFacts
from offline.engine.recording import Recording
from tests.support.program import GATEWAY_IMAGE, Config, plan

VPC_ID = "vpc-0123456789abcdef0"
FORMER_CIDR = "10.250.0.0/16"
"""Of every given VPC until somebody took it away; AWS goes on telling of it."""

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
DOMAIN = {"domain": "chat.example.com", "hostedZoneId": "Z0123456789ABCDEFGHIJ"}
OFFICE = ["203.0.113.0/24"]
SECRET_ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:reports-login-AbCdEf"
KEY_ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:team-bedrock-key-GhIjKl"
ONE_TASK: Config = {"scaling": {"min": 1, "max": 1}}
REPORTS = {"image": "public.ecr.aws/team/reports:1.4.2", "port": 3000, "paths": ["/reports", "/reports/*"]}
THIRD: Config = {"services": {"reports": REPORTS}}
WORKER = {"image": "public.ecr.aws/team/worker:1.4.2", "command": ["work", "--forever"]}
IN_ECR = "{account}.dkr.ecr.{region}.amazonaws.com/open-webui:v0.12.4"
OFFICE_HOURS = [
    {"name": "morning", "cron": "cron(0 8 ? * MON-FRI *)", "timezone": "Europe/Berlin", "min": 2, "max": 5},
    {"name": "evening", "cron": "cron(0 20 ? * MON-FRI *)", "timezone": "Europe/Berlin", "min": 1, "max": 2},
]


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One configuration on top of dev's, in the account that `aws` describes."""

    overrides: Config
    aws: AwsFacts | None = None

    def plan(self, *, preview: bool = False) -> Recording:
        """The plan of this variant."""
        return plan(self.overrides, preview=preview, aws=self.aws)

    @property
    def subnets(self) -> Mapping[str, Mapping[str, object]]:
        """The subnets of a given VPC."""
        return self.aws.subnets if self.aws else {}


def subnet_id(kind: str, number: int) -> str:
    """A made-up subnet id, the same for the same words."""
    return f"subnet-{'a' if kind == 'private' else 'b'}{number:016x}"


def given_vpc(
    zones: str, *, public: str = "", cidrs: tuple[str, ...] = ("10.0.0.0/16",), more: Config | None = None
) -> Variant:
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
                "ipv6CidrBlock": f"2001:db8:0:{offset + number:x}::/64",
            }
    associations = [{"associationId": f"a-{cidr}", "cidrBlock": cidr, "state": "associated"} for cidr in cidrs]
    associations.append({"associationId": "a-gone", "cidrBlock": FORMER_CIDR, "state": "disassociated"})
    vpc = {"cidrBlock": cidrs[0], "cidrBlockAssociations": associations}
    network = {"vpcId": VPC_ID, "privateSubnetIds": ids["private"], "publicSubnetIds": ids["public"]}
    return Variant(overrides={"network": network, **(more or {})}, aws=AwsFacts(vpcs={VPC_ID: vpc}, subnets=subnets))


HTTPS = {"certificateArn": CERTIFICATE, "domain": "chat.example.com"}
CIDRS = ("10.0.0.0/16", "10.9.0.0/16", "100.64.0.0/16", "10.200.0.0/20", "172.30.0.0/24")
SPOT: Config = {
    "webui": {"spot": {"weight": 2, "base": 1}},
    "gateway": {"image": GATEWAY_IMAGE, "spot": {"weight": 3, "base": 1}},
}
BROUGHT: Config = {
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
WIKI = {
    "image": "public.ecr.aws/team/wiki:1.4.2",
    "port": 8081,
    "hosts": ["wiki.example.com"],
    "volume": {"path": "/data"},
    "secrets": {"LOGIN": f"{SECRET_ARN}:password::"},
    "env": {"MODE": "quiet"},
    "exec": True,
}
LITELLM: Config = {
    "engine": "litellm",
    "models": [
        "amazon.nova-pro-v1:0",
        "us.anthropic.claude-haiku-4-5-20251001-v1:0",
        "us.openai.gpt-5.6-sol",
        "cohere.embed-v4:0",
        "amazon.titan-embed-text-v2:0",
    ],
    "guardrail": {"id": "gr1a2b3c4d5e", "version": "2"},
    "profiles": True,
    "promptCaching": True,
    "userMetadata": True,
}
BUILT = {"build": {"context": "gateway"}}
OPEN_PROD: Config = {
    "loadBalancer": {"scheme": "internet-facing", "allowedCidrs": ["0.0.0.0/0"], **DOMAIN},
    "alarms": {"emails": ["ops@example.com"]},
    "cloudFormationExports": True,
}
"""On top of prod: open to the world, and with as many kinds of resources as can stand together."""
ON_THE_INTERNET = {"scheme": "internet-facing", "allowedCidrs": OFFICE, **DOMAIN}

# Choices that do not meet stand together in one configuration, so that few runs show much; each has three services.
GIVEN = {
    "2 subnets in 2 zones, Spot": given_vpc("ab", more={**SPOT, **THIRD}),
    "3 subnets in 2 zones, 2 CIDRs, HTTPS, a built image": given_vpc(
        "aab", cidrs=CIDRS[:2], more={"loadBalancer": HTTPS, "gateway": BUILT, **THIRD}
    ),
    "3 subnets in 3 zones, 3 CIDRs, HTTPS, secrets of the user": given_vpc(
        "abc", cidrs=CIDRS[:3], more={"loadBalancer": HTTPS, **BROUGHT, **THIRD}
    ),
    "5 subnets in 2 zones, 5 CIDRs, HTTPS, a service with host and files": given_vpc(
        "ababa", cidrs=CIDRS, more={"loadBalancer": HTTPS, "services": {"wiki": WIKI}}
    ),
    "5 subnets in 3 zones, public subnets, internet-facing, a worker": given_vpc(
        "abcca", public="aabc", more={"loadBalancer": ON_THE_INTERNET, "services": {"worker": WORKER}}
    ),
}

CREATED = {
    "as the seed has it": Variant(overrides={}),
    "three zones with a NAT gateway each, schedules, all metrics, other region, tags, capacity, variables": Variant(
        overrides={
            "aws:region": "eu-central-1",
            "network": {"availabilityZones": 3, "natGateways": "onePerAz"},
            "tags": {"CostCenter": "4711", "Owner": "platform"},
            "loadBalancer": {"idleTimeout": 4000},
            "database": {"maxCapacity": 1},
            "webui": {
                "env": {"DEFAULT_LOCALE": "de-DE", "XFRAME_OPTIONS": "DENY"},
                "scaling": {"max": 5, "memoryTarget": 80, "requestsPerTask": 400, "schedules": OFFICE_HOURS},
            },
        }
    ),
    "a company's proxy and certificates, its database and its cache": Variant(
        overrides={
            "proxy": {"url": "http://proxy.corp.example.com:3128", "noProxy": [".corp.example.com"]},
            "rootCertificates": f"{SECRET_ARN}:roots::",
            "database": {"urlSecretArn": f"{SECRET_ARN}:database::", "securityGroupId": "sg-0123456789abcdef0"},
            "cache": {"urlSecretArn": f"{SECRET_ARN}:cache::", "port": 6380},
            "webui": {"egress": [{"port": 6380, "cidrs": ["10.7.0.0/16"]}]},
            **THIRD,
        }
    ),
    "tokens of IAM in place of the database's password": Variant(overrides={"database": {"authentication": "iam"}}),
    "no way out but interface endpoints, Service Connect on port 9090, internal, uploads in S3, backups": Variant(
        overrides={
            "network": {"natGateways": "none", "endpoints": True, "flowLogs": False},
            "webui": {"image": IN_ECR, "storage": "s3"},
            "gateway": {"image": GATEWAY_IMAGE, "transport": "serviceConnect", "port": 9090},
            "backup": {"copyTo": "us-west-2", "lock": {"days": 14}},
        }
    ),
    "internet-facing, old exports": Variant(overrides={"loadBalancer": ON_THE_INTERNET, "cloudFormationExports": True}),
    "HTTPS with a domain, people in Cognito": Variant(
        overrides={
            "loadBalancer": DOMAIN,
            "webui": {"sso": {"cognito": {"groups": ["owners"]}, "adminRoles": ["owners"]}},
        }
    ),
    "a third service": Variant(overrides=THIRD),
    "telemetry of two services": Variant(
        overrides={
            **THIRD,
            "telemetry": {"traces": True, "metrics": True, "logs": True, "services": ["webui", "reports"]},
        }
    ),
    "LiteLLM with all that it can, limits, a budget that stops it": Variant(
        overrides={
            "gateway": LITELLM,
            "limits": {"tokensADay": 100000, "groups": {"Forschung Köln": {"members": {"requestsADay": 900}}}},
            "budget": {"monthly": 900, "emails": ["finance@example.com"], "stop": True},
        }
    ),
    "no database": Variant(overrides={"database": {"enabled": False}, "webui": ONE_TASK}),
    "a database for one task, no gateway": Variant(
        overrides={"database": {"enabled": True}, "webui": ONE_TASK, "gateway": {"enabled": False}}
    ),
}

VARIANTS: dict[str, Variant] = {
    **{f"created VPC, {name}": variant for name, variant in CREATED.items()},
    **{f"given VPC, {name}": variant for name, variant in GIVEN.items()},
}


def variant(word: str) -> Variant:
    """The only variant whose name holds the words."""
    (found,) = [variant for name, variant in VARIANTS.items() if word in name]
    return found


def named(*words: str) -> list[str]:
    """Names of the variants that hold any of the words."""
    return [name for name in VARIANTS if any(word in name for word in words)]


PLANS: dict[str, Callable[..., Recording]] = {
    **{name: variant.plan for name, variant in VARIANTS.items()},
    "prod": partial(plan, stack="prod"),
}
"""All of them and the other checked-in stack; dev is the first."""
