"""What is allowed and deserves a second look is told, and nothing else is."""

from typing import Any

import pytest

import settings
from tests.settings.samples import CERTIFICATE, FULL, SECRET, merged, valid

ROOT = {"healthPath": "/"}
HTTPS = {"certificateArn": CERTIFICATE, "domain": "chat.example.org"}
SERVICE = {"image": "a/b:1.2", "port": 80, "paths": ["/docs"]}
MODELS = ["amazon.nova-pro-v1:0", "amazon.titan-embed-text-v2:0"]
NO_GATEWAY = {"gateway": {"enabled": False, "image": None}}
EMBEDDINGS = {"RAG_EMBEDDING_ENGINE": "azure_openai"}
SIGN_IN = {
    "providerUrl": "https://id.example.com/.well-known/openid-configuration",
    "clientId": "a",
    "clientSecretArn": SECRET,
}
PROTECTED = {"protect": True, "loadBalancer": {"plainHttp": True}}
BY_IPV6 = {"scheme": "internet-facing", "allowedCidrs": ["2000::/12"], **HTTPS}
PUBLIC_VPC = {
    "vpcId": "vpc-12345678",
    "privateSubnetIds": ["subnet-11111111", "subnet-22222222"],
    "publicSubnetIds": ["subnet-33333333", "subnet-44444444"],
}


def warned(raw: dict[str, Any]) -> list[str]:
    return [problem.key for problem in settings.warnings(settings.parse(raw))]


def test_the_default_stack_has_no_warnings() -> None:
    assert warned(valid()) == []


def test_a_careful_configuration_has_no_warnings() -> None:
    two = {"scaling": {"min": 2, "max": 2}}
    assert warned(merged(FULL, {"gateway": two, "services": {"docs": two}})) == []


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"fileSystem": {"encrypted": False}}, "fileSystem.encrypted"),
        (
            {
                "webui": {
                    "egress": [{"port": 389, "cidrs": ["10.0.0.0/8"]}],
                    "ldap": {"host": "ldap.example.com", "port": 389, "tls": False, "searchBase": "DC=example,DC=com"},
                }
            },
            "webui.ldap.tls",
        ),
        (
            {"loadBalancer": HTTPS, "webui": {"sso": {**SIGN_IN, "scim": True, "mergeByEmail": True}}},
            "webui.sso.scim",
        ),
        (
            {"loadBalancer": HTTPS, "webui": {"sso": {**SIGN_IN, "backChannelLogout": True}}},
            "webui.sso.backChannelLogout",
        ),
        (
            {
                "loadBalancer": HTTPS,
                "webui": {"sso": {"preset": "github", "clientId": "a", "clientSecretArn": SECRET}},
            },
            "webui.sso.allowedDomains[0]",
        ),
        ({"loadBalancer": {"scheme": "internet-facing", "allowedCidrs": ["203.0.113.0/24"]}}, "loadBalancer.scheme"),
        ({"network": {"cidr": "203.0.0.0/16"}}, "network.cidr"),
        ({"loadBalancer": {"waf": {"exceptions": ["NoUserAgent_header"]}}}, "loadBalancer.waf.exceptions[0]"),
        ({"loadBalancer": {"waf": {"exceptions": ["Unheard-Of"]}}}, "loadBalancer.waf.exceptions[0]"),
        ({"loadBalancer": {"allowedCidrs": [f"10.{n}.0.0/16" for n in range(61)]}}, "loadBalancer.allowedCidrs"),
        ({"loadBalancer": {"allowedCidrs": ["10.0.0.0/7"]}}, "loadBalancer.allowedCidrs[0]"),
        ({"loadBalancer": BY_IPV6, "network": PUBLIC_VPC}, "loadBalancer.allowedCidrs[0]"),
        ({**NO_GATEWAY, "webui": {"env": EMBEDDINGS}}, "webui.env.OPENAI_API_BASE_URLS"),
        (
            {**NO_GATEWAY, "webui": {"env": {"OPENAI_API_BASE_URL": "https://a.example.com"}}},
            "webui.env.RAG_EMBEDDING_ENGINE",
        ),
        ({**NO_GATEWAY, "webui": {"secrets": {"OPENAI_API_BASE_URLS": SECRET}}}, "webui.env.RAG_EMBEDDING_ENGINE"),
        (
            {**NO_GATEWAY, "webui": {"env": {"OLLAMA_BASE_URL": "https://a.example.com", **EMBEDDINGS}}},
            "webui.env.ENABLE_OLLAMA_API",
        ),
        ({"webui": {"image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/owui:0.7.2"}}, "webui.image"),
        ({"webui": {"image": "registry.example.com/team/chat:v0.6.18-corp"}}, "webui.image"),
        ({"gateway": {"spot": {"weight": 0, "base": 1}}}, "gateway.spot.weight"),
        ({"gateway": {"workers": 8}}, "gateway.workers"),
        ({"gateway": {"engine": "litellm", "image": None, "models": MODELS}}, "gateway.image"),
        ({"gateway": {"image": "public.ecr.aws/team/gateway:latest"}}, "gateway.image"),
        ({"network": {"availabilityZones": 3}}, "network.natGateways"),
        (
            {
                "loadBalancer": {
                    "scheme": "internet-facing",
                    "allowedCidrs": ["203.0.113.0/24"],
                    "domain": "chat.example.com",
                    "hostedZoneId": "Z0123456789",
                },
                "webui": {"signup": True},
            },
            "webui.signup",
        ),
        (
            {
                "network": {"natGateways": "none", "endpoints": True},
                "loadBalancer": HTTPS,
                "webui": {
                    "image": "123456789012.dkr.ecr.eu-central-1.amazonaws.com/a:1.2",
                    "oidc": FULL["webui"]["oidc"],
                },
            },
            "network.natGateways",
        ),
        (
            {
                **NO_GATEWAY,
                "webui": {"env": {"OPENAI_API_BASE_URLS": "x", **EMBEDDINGS}},
                "cloudFormationExports": True,
            },
            "gateway.enabled",
        ),
        (
            {"webui": {"env": {"RAG_EMBEDDING_MODEL": "text-embedding-3-small"}}},
            "webui.env.PGVECTOR_INITIALIZE_MAX_VECTOR_LENGTH",
        ),
        ({"services": {"docs": SERVICE}}, "services.docs.healthPath"),
        ({"network": {"availabilityZones": 6, "natGateways": "onePerAz"}}, "network.availabilityZones"),
        (
            {
                "loadBalancer": {"domain": "chat.example.com", "hostedZoneId": "Z0123456789"},
                "services": {
                    name: {
                        **SERVICE,
                        "hosts": [f"{name}{n}.example.com" for n in range(5)],
                        "paths": [],
                        "healthPath": "/",
                    }
                    for name in ("a", "b")
                },
            },
            "services",
        ),
        ({"webui": {"secrets": {"QDRANT_URI": SECRET}}}, "webui.secrets.QDRANT_URI"),
        (
            {"webui": {"egress": [{"port": port, "cidrs": ["10.0.0.0/8"]} for port in range(1, 61)]}},
            "webui.egress",
        ),
        (
            {"webui": {"policies": [f"arn:aws:iam::123456789012:policy/{number}" for number in range(11)]}},
            "webui.policies",
        ),
        ({"gateway": {"env": {"SMTP_HOST": "mail.example.com", "SMTP_PORT": "587"}}}, "gateway.env.SMTP_HOST"),
        ({"webui": {"oidc": FULL["webui"]["oidc"]}}, "webui.oidc"),
        ({"webui": {"env": {"MICROSOFT_CLIENT_ID": "x"}}}, "webui.env.MICROSOFT_CLIENT_ID"),
        ({"webui": {"secrets": {"GOOGLE_CLIENT_ID": SECRET}}}, "webui.secrets.GOOGLE_CLIENT_ID"),
        (
            {
                "network": {"natGateways": "none", "endpoints": True},
                "webui": {"image": "{account}.dkr.ecr.{region}.amazonaws.com/github/open-webui/open-webui:v0.12.4"},
            },
            "webui.image",
        ),
        ({"gateway": {"env": {"PROXY": "http://proxy.example.com"}}}, "gateway.env.PROXY"),
    ],
    ids=str,
)
def test_a_doubtful_setting_is_told(change: dict[str, Any], key: str) -> None:
    assert warned(valid(**change)) == [key]


def test_a_protected_stack_is_told_its_single_points_of_failure() -> None:
    assert warned(valid(**PROTECTED, webui={"exec": True})) == [
        "alarms.emails",
        "cache.nodes",
        "database.instances",
        "gateway.scaling.min",
        "network.natGateways",
        "webui.adminEmail",
        "webui.exec",
        "webui.scaling.min",
    ]


@pytest.mark.parametrize(
    "env",
    [
        {"OPENAI_API_BASE_URL": "https://a.example.com", "RAG_OPENAI_API_BASE_URL": "https://a.example.com"},
        {"OLLAMA_BASE_URLS": "https://a.example.com", "ENABLE_OLLAMA_API": "true", **EMBEDDINGS},
    ],
    ids=str,
)
def test_who_names_other_sources_of_models_and_embeddings_needs_no_gateway(env: dict[str, str]) -> None:
    assert warned(valid(**NO_GATEWAY, webui={"env": env})) == []


def test_examples_on_a_protected_stack_are_told() -> None:
    example = {"domain": "chat.example.com", "hostedZoneId": "Z0123456789ABCDEFGHIJ", "certificateArn": None}
    two = {"scaling": {"min": 2, "max": 2}}
    change = {"loadBalancer": example, "gateway": two, "services": {"docs": {**two, "hosts": None}}}
    assert warned(merged(FULL, change)) == ["loadBalancer.domain", "loadBalancer.hostedZoneId"]


def test_a_warning_shows_value_rule_and_fix() -> None:
    (warning,) = settings.warnings(settings.parse(valid(gateway={"workers": 8})))
    assert str(warning) == (
        "gateway.workers: read 8; should leave each worker 136 MiB of gateway.memory, which is 1024; "
        "fix: pulumi config set --path webui-bedrock:gateway.workers 7"
    )


def test_more_ports_than_a_security_group_has_rules_for_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("settings.rules.warnings.SECURITY_GROUP_RULES", 3)
    services = {name: {**SERVICE, **ROOT, "port": port, "paths": [f"/{name}"]} for name, port in (("a", 1), ("b", 2))}
    assert warned(valid(services=services)) == ["services"]


@pytest.mark.parametrize(
    "change",
    [
        {"gateway": {"env": {"PROXY": "https://proxy.example.com:443/;http://localhost:8000"}}},
        {"webui": {"secrets": {"QDRANT_URI": SECRET}, "egress": [{"port": 6333, "cidrs": ["10.0.0.0/8"]}]}},
        {"webui": {"env": {"GREETING": "http://[", "SEARCH": "https://example.com/?q=<query>"}}},
        {"webui": {"env": {"RAG_EMBEDDING_MODEL": "amazon.titan-embed-text-v2:0"}}},
        {"webui": {"env": {"RAG_EMBEDDING_MODEL": "x", "PGVECTOR_INITIALIZE_MAX_VECTOR_LENGTH": "1536"}}},
        {"services": {"docs": {**SERVICE, **ROOT}}},
        {"services": {"worker": {"image": "a/b:1.2", "port": 80}}},
        {"network": {"availabilityZones": 5, "natGateways": "onePerAz"}},
    ],
    ids=str,
)
def test_what_is_next_to_a_doubtful_setting_is_not_told(change: dict[str, Any]) -> None:
    assert warned(valid(**change)) == []


def test_who_limits_users_is_told_of_the_models_that_do_not_count() -> None:
    provider = {"url": "https://models.example.com/v1", "keySecretArn": SECRET}
    beside = {"providers": {"other": provider}, "companions": {"pipelines": {}}}
    found = warned(valid(limits={"requestsADay": 5}, **beside))
    assert {"providers.other", "companions.pipelines"} <= set(found)
    assert not {"providers.other", "companions.pipelines"} & set(warned(valid(**beside)))
