"""Configurations for the settings' tests."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

import yaml

import settings
from problems import Problem

REFUSED = Path(__file__).parent / "refused"
IMAGE = "{account}.dkr.ecr.{region}.amazonaws.com/bedrock-proxy-api-ecs:v1.2.3"
SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:openai-Ab12Cd"
CERTIFICATE = "arn:aws:acm:eu-central-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"

FULL: dict[str, Any] = {
    "namePrefix": "team-chat",
    "tags": {"team": "platform", "cost-center": "4711"},
    "permissionsBoundary": "arn:aws:iam::123456789012:policy/boundary",
    "rolePath": "/team/",
    "protect": True,
    "network": {
        "cidr": "10.20.0.0/20",
        "availabilityZones": 3,
        "natGateways": "onePerAz",
        "endpoints": True,
        "flowLogs": False,
    },
    "loadBalancer": {
        "scheme": "internet-facing",
        "allowedCidrs": ["203.0.113.0/24"],
        "certificateArn": CERTIFICATE,
        "domain": "chat.example.org",
        "hostedZoneId": "Z0123456789",
        "idleTimeout": 1200,
        "waf": {"enabled": False},
        "plainHttp": False,
    },
    "webui": {
        "image": "ghcr.io/open-webui/open-webui:v0.12.4-slim",
        "cpu": 2048,
        "memory": 4096,
        "architecture": "x86_64",
        "scaling": {
            "min": 2,
            "max": 6,
            "cpuTarget": 60,
            "memoryTarget": 80,
            "requestsPerTask": 600,
            "schedules": [
                {"name": "day", "cron": "cron(0 8 ? * MON-FRI *)", "timezone": "Europe/Berlin", "min": 2, "max": 6},
                {"name": "night", "cron": "cron(0 20 ? * MON-FRI *)", "timezone": "Europe/Berlin", "min": 1, "max": 2},
            ],
        },
        "spot": {"weight": 2, "base": 2},
        "env": {"DEFAULT_LOCALE": "de", "MAX_TOKENS": "4096"},
        "secrets": {"EXA_API_KEY": f"{SECRET}:key::"},
        "policies": ["arn:aws:iam::aws:policy/AmazonPollyReadOnlyAccess"],
        "statements": [
            {
                "Sid": "BroadSpeech",
                "Effect": "Allow",
                "Action": ["polly:SynthesizeSpeech"],
                "Resource": ["*"],
                "Condition": {"Bool": {"aws:SecureTransport": "true"}},
            }
        ],
        "egress": [
            {"port": 443, "cidrs": ["0.0.0.0/0", "::/0"]},
            {"port": 636, "prefixList": "pl-0123456789abcdef0"},
            {"port": 5432, "cidrs": ["10.30.0.0/20", "2001:db8::/32"]},
        ],
        "exec": False,
        "adminEmail": "admin@example.org",
        "signup": False,
        "oidc": {
            "providerUrl": "https://id.example.org/.well-known/openid-configuration",
            "clientId": "open-webui",
            "clientSecretArn": SECRET,
        },
    },
    "gateway": {
        "build": {"context": "./gateway", "dockerfile": "Dockerfile_ecs"},
        "enabled": True,
        "port": 9000,
        "models": ["eu.amazon.nova-pro-v1:0", "cohere.embed-multilingual-v3"],
        "defaultModel": "eu.amazon.nova-pro-v1:0",
        "embeddingModel": "cohere.embed-multilingual-v3",
        "transport": "serviceConnect",
        "workers": 7,
        "apiKeySecretArn": SECRET,
    },
    "services": {
        "docs": {
            "image": "registry.example.com/team/docs:1.4.2",
            "port": 3000,
            "paths": ["/docs", "/docs/*"],
            "hosts": ["docs.example.org"],
            "healthPath": "/docs/health",
            "volume": {"path": "/data"},
            "command": ["serve", "--port", "3000"],
            "user": "1000:1000",
            "readonlyRootFilesystem": False,
        },
        "worker": {"image": "registry.example.com/team/worker:1.4.2", "scaling": {"min": 0}},
    },
    "database": {"enabled": True, "minCapacity": 1.5, "maxCapacity": 16, "instances": 2, "backupDays": 14},
    "cache": {"nodeType": "cache.m7g.large", "nodes": 2},
    "fileSystem": {"encrypted": True, "throughput": "bursting", "path": "/apps/webui"},
    "backup": {
        "schedule": "cron(0 2 * * ? *)",
        "days": 60,
        "copyTo": "eu-west-1",
        "copyDays": 90,
        "lock": {"days": 14, "finalAfterDays": 30},
    },
    "alarms": {"emails": ["ops@example.org"]},
    "budget": {"monthly": 500, "emails": ["finance@example.org"], "stop": True},
    "usage": {"users": 40, "messagesADay": 12.5, "tokensAMessage": 3000},
    "limits": {
        "requestsADay": 200,
        "tokensADay": 500000,
        "dollarsADay": 2,
        "groups": {
            "Research": {
                "requestsADay": 2000,
                "tokensADay": 5000000,
                "dollarsADay": 20,
                "members": {"requestsADay": 400, "tokensADay": 1000000, "dollarsADay": 4},
            }
        },
        "message": "Enough for today.",
    },
    "cloudFormationExports": True,
}
"""A valid configuration that names every setting of every section but those of a given VPC."""


def merged(base: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """`base` with `change` merged in, map by map; None removes a key."""
    result = dict(base)
    for key, value in change.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict) and isinstance(result.get(key), dict):
            result[key] = merged(result[key], value)
        else:
            result[key] = value
    return result


def valid(**change: Any) -> dict[str, Any]:
    """The shortest valid configuration with `change` merged in."""
    return merged({"gateway": {"image": IMAGE}}, change)


def problems(raw: Any, *, secret_keys: Collection[str] = (), region: str | None = None) -> tuple[Problem, ...]:
    """What is wrong with a configuration; empty when it is accepted."""
    try:
        settings.parse(raw, secret_keys=secret_keys, region=region)
    except settings.SettingsError as error:
        return error.problems
    return ()


def lines(raw: Any, *, secret_keys: Collection[str] = (), region: str | None = None) -> list[str]:
    """The lines of the error, without its first."""
    return [str(problem) for problem in problems(raw, secret_keys=secret_keys, region=region)]


def keys(raw: Any) -> list[str]:
    """The keys that are refused."""
    return [problem.key for problem in problems(raw)]


def rows(path: Path) -> list[dict[str, Any]]:
    """The rows of one table, read by libyaml: Python takes half a second for all."""
    found: list[dict[str, Any]] = yaml.load(path.read_text(), yaml.CSafeLoader)
    return found


def refused_rows() -> list[dict[str, Any]]:
    """Every row of the tables in the `refused` folder."""
    return [row for path in sorted(REFUSED.glob("*.yaml")) for row in rows(path)]
