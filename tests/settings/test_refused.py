"""Every rule refuses what it is for, with the message that the table holds word for word."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

import settings
from aws_rules import arns
from problems import Advice, Fix, Problem, Remove, Set, Steps
from settings import parsing
from settings.rules import RULES, Rule
from settings.stack import StackSettings
from tests.settings.samples import FULL, IMAGE, SECRET, lines, merged, problems, refused_rows, valid

ROWS = refused_rows()


@pytest.mark.parametrize("row", ROWS, ids=[row["promise"] for row in ROWS])
def test_refuses(row: dict[str, Any]) -> None:
    assert lines(valid(**row["config"])) == row["lines"]


@pytest.mark.parametrize("row", ROWS, ids=[row["promise"] for row in ROWS])
def test_who_follows_the_fixes_ends_with_what_is_accepted_or_with_advice(row: dict[str, Any]) -> None:
    raw = deepcopy(valid(**row["config"]))
    for _ in range(5):
        fixes = [fix for problem in problems(raw) for fix in problem.fixes[:1] if not isinstance(fix, Advice)]
        if fixes:
            follow(fixes[-1], raw)
    assert fixes == [], lines(raw)


def test_who_runs_all_commands_in_their_order_removes_each_item_that_was_meant() -> None:
    models = ["a", "b", "amazon.nova-pro-v1:0", "amazon.titan-embed-text-v2:0"]
    raw = valid(alarms={"emails": ["a", "b@example.com", "c", "d"]}, gateway={"models": models})
    for problem in problems(raw):
        follow(problem.fixes[0], raw)
    assert raw["alarms"]["emails"] == ["ops@example.com", "b@example.com"]
    assert lines(raw) == []


def told(raw: Any) -> set[tuple[str, str]]:
    return {(problem.key, problem.rule) for problem in problems(raw)}


NOT_TOLD_BEFORE = {
    # The other verdict rests on what was wrong.
    "a certificate of iam": "loadBalancer.domain",
    "a variable that is named like a secret": "webui.secrets.OPENAI_API_KEY",
}


@pytest.mark.parametrize("row", ROWS, ids=[row["promise"] for row in ROWS])
def test_no_fix_leads_to_a_refusal_that_was_not_told(row: dict[str, Any]) -> None:
    raw = valid(**row["config"])
    for problem in problems(raw):
        for fix in problem.fixes:
            mended = deepcopy(raw)
            follow(fix, mended)
            assert {key for key, _ in told(mended) - told(raw)} <= {NOT_TOLD_BEFORE.get(row["promise"])}


SEVERAL = [
    {"gateway": {"models": ["a", "b"]}},
    {"gateway": {"models": ["amazon.nova-lite-v1:0"]}},
    {"gateway": {"models": ["*", "amazon.nova-lite-v1:0"]}},
    {"webui": {"env": {"WEBUI_SECRET_KEY": "x"}}},
    {"webui": {"scaling": {"min": 0, "max": 0}}},
]


@pytest.mark.parametrize("config", [*(row["config"] for row in ROWS), *SEVERAL], ids=str)
def test_no_two_fixes_change_the_same_key(config: dict[str, Any]) -> None:
    changed = [path for problem in problems(valid(**config)) for path in changes(problem.fixes[0])]
    assert len(set(changed)) == len(changed)


def changes(fix: Fix) -> list[Any]:
    """The keys that a fix writes or takes away."""
    if isinstance(fix, Steps):
        return [path for step in fix.steps for path in changes(step)]
    return [fix.path] if isinstance(fix, Set | Remove) else []


def follow(fix: Fix, raw: Any) -> None:
    """Do with a configuration what the commands of the fix do."""
    match fix:
        case Steps():
            for step in fix.steps:
                follow(step, raw)
        case Set() | Remove():
            *above, last = fix.path
            for segment, below in zip(above, fix.path[1:], strict=True):
                new: Any = [] if below == 0 else {}
                if isinstance(raw, list) and segment == len(raw):
                    raw.append(new)
                raw = raw.setdefault(segment, new) if isinstance(raw, dict) else raw[segment]
            if isinstance(fix, Remove):
                del raw[last]
            elif isinstance(raw, dict):
                raw[last] = fix.value
            else:
                raw[last:] = [fix.value, *raw[int(last) + 1 :]]


def test_the_promises_of_the_table_are_told_apart() -> None:
    promises = [row["promise"] for row in ROWS]
    assert len(set(promises)) == len(promises)


@pytest.mark.parametrize("raw", [valid(), FULL], ids=["shortest", "fullest"])
def test_the_configurations_that_the_rows_change_are_valid(raw: dict[str, Any]) -> None:
    assert lines(raw) == []


def test_every_rule_refuses_something_in_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    found: set[str] = set()

    def watched(rule: Rule) -> Rule:
        def watch(stack: StackSettings) -> Iterator[Problem]:
            for problem in rule(stack):
                found.add(rule.__qualname__)
                yield problem

        return watch

    monkeypatch.setattr(parsing, "RULES", [watched(rule) for rule in RULES])
    for config in [*(row["config"] for row in ROWS), *LARGE.values()]:
        problems(valid(**config))
    assert {rule.__qualname__ for rule in RULES} - found == set()


LARGE: dict[str, dict[str, Any]] = {
    "alarms.emails": {"alarms": {"emails": [f"ops{n}@example.com" for n in range(101)]}},
    "tags": {"tags": {f"tag{n}": "x" for n in range(48)}},
    "webui.env": {"webui": {"env": {f"V{n}": "x" * 1000 for n in range(50)}}},
    "webui.secrets": {"webui": {"secrets": {f"V{n}": SECRET.replace("-Ab12Cd", f"-{n}-Ab12Cd") for n in range(120)}}},
    "gateway.models": {
        "gateway": {
            "models": [
                "amazon.nova-pro-v1:0",
                "amazon.titan-embed-text-v2:0",
                *(f"us.anthropic.claude-sonnet-{n}-20250929-v1:0" for n in range(40)),
            ]
        }
    },
    "network.privateSubnetIds": {
        "network": {"vpcId": "vpc-12345678", "privateSubnetIds": [f"subnet-{n:08x}" for n in range(17)]}
    },
    "services": {"services": {f"s{n}": {"port": 80, "image": "a/b:1.2", "paths": [f"/p{n}"]} for n in range(1000)}},
}


@pytest.mark.parametrize("key", LARGE)
def test_too_many_of_something_are_one_problem(key: str) -> None:
    assert [problem.key for problem in problems(valid(**LARGE[key]))] == [key]


def test_arns_of_another_region_are_refused_when_the_region_is_known() -> None:
    profile = "arn:aws:bedrock:eu-central-1:123456789012:application-inference-profile/abc123"
    models = [profile, "cohere.embed-multilingual-v3"]
    raw = merged(FULL, {"gateway": {"models": models, "defaultModel": profile}, "limits": None})
    assert lines(raw, region="eu-central-1") == []
    found = problems(raw, region="us-east-1")
    assert [problem.key for problem in found] == [
        "gateway.apiKeySecretArn",
        "gateway.defaultModel",
        "gateway.models[0]",
        "loadBalancer.certificateArn",
        "webui.oidc.clientSecretArn",
        "webui.secrets.EXA_API_KEY",
    ]
    assert {problem.rule for problem in found} == {
        "must lie in us-east-1, the stack's region (aws:region), not in eu-central-1"
    }


BUCKET = {"name": "team", "kmsKeyArn": arns.EXAMPLE_KMS_KEY}
GIVEN_STORE = {"urlSecretArn": SECRET, "securityGroupId": "sg-0123456789abcdef0"}


@pytest.mark.parametrize(
    ("keys", "config"),
    [
        (["cache.urlSecretArn", "database.urlSecretArn"], {"database": GIVEN_STORE, "cache": GIVEN_STORE}),
        (["rootCertificates"], {"rootCertificates": "arn:aws:ssm:eu-central-1:123456789012:parameter/roots"}),
        (
            ["webui.bucket.kmsKeyArn"],
            {"webui": {"storage": "s3", "bucket": BUCKET}},
        ),
    ],
)
def test_given_parts_of_another_region_are_refused(keys: list[str], config: dict[str, Any]) -> None:
    found = problems(valid(**config), region="us-east-1")
    assert [problem.key for problem in found if "must lie in us-east-1" in problem.rule] == keys
    assert lines(valid(**config), region="eu-central-1") == []


HTTPS = {"certificateArn": FULL["loadBalancer"]["certificateArn"], "domain": "chat.example.com"}
CLOSED = {"natGateways": "none", "endpoints": True}


@pytest.mark.parametrize("registry", ["dkr.ecr.eu-west-1.amazonaws.com", "dkr-ecr.eu-west-1.on.aws"])
def test_an_image_in_the_ecr_of_another_region_is_out_of_reach_of_a_closed_network(registry: str) -> None:
    image = f"210987654321.{registry}/webui:v1.2.3"
    raw = valid(network=CLOSED, webui={"image": image})
    (problem,) = problems(raw, region="eu-central-1")
    assert (problem.key, problem.rule, problem.remedy) == (
        "webui.image",
        "cannot be pulled from ECR in eu-west-1 while network.natGateways is none: only eu-central-1 is reached",
        "copy the image to ECR in eu-central-1; pulumi config set --path webui-bedrock:webui.image "
        f"'{image.replace('eu-west-1', '{region}')}'",
    )
    assert lines(raw, region="eu-west-1") == lines(raw) == []
    assert lines(valid(webui={"image": image}), region="eu-central-1") == []


# The neighbours of what is refused: the last value that is allowed, on either side.
ALLOWED: list[dict[str, Any]] = [
    {"tags": {f"tag{n}": "x" for n in range(47)}},
    {"tags": {"Environment": "production"}},
    {"namePrefix": "abcdefghijklmnopqrst"},
    {"namePrefix": "awsome"},
    {"network": {"cidr": "10.0.0.0/16"}},
    {"network": {"cidr": "192.168.4.0/22"}},
    {"network": {"availabilityZones": 6}},
    {"network": {"natGateways": "none", "endpoints": True}, "webui": {"image": IMAGE}},
    {"loadBalancer": {"idleTimeout": 4000}},
    {"loadBalancer": {"scheme": "internet-facing", "allowedCidrs": ["0.0.0.0/1"]}},
    {"loadBalancer": HTTPS},
    {"loadBalancer": {**HTTPS, "domain": "chat.corp.internal"}},
    {"loadBalancer": {"domain": "internal.example.com", "hostedZoneId": "Z0123456789"}},
    {"webui": {"build": {"context": "./webui"}}},
    {"gateway": {"spot": {"weight": 0, "base": 1}}},
    {"gateway": {"spot": {"weight": 1000, "base": 100000}}},
    {"gateway": {"enabled": False, "image": None}},
    {"gateway": {"models": "*"}},
    {"gateway": {"models": ["*"]}},
    {"gateway": {"embeddingModel": "amazon.titan-embed-text-v1"}},
    {
        "gateway": {"embeddingModel": "amazon.nova-2-multimodal-embeddings-v1:0"},
        "webui": {"scaling": {"max": 1}},
        "database": {"enabled": False},
    },
    {
        "loadBalancer": {"domain": "chat.example.com", "hostedZoneId": "Z0123456789"},
        "services": {"docs": {"image": "a/b:1.2", "port": 80, "hosts": ["docs.example.com", "*.docs.example.com"]}},
    },
    {
        "loadBalancer": HTTPS,
        "services": {"docs": {"image": "a/b:1.2", "port": 80, "hosts": ["docs-?.example.com"]}},
    },
    {"webui": {"scaling": {"min": 5, "max": 5}}},
    {"webui": {"scaling": {"cpuTarget": 100, "memoryTarget": 1, "requestsPerTask": 1}}},
    {"webui": {"scaling": {"max": 1}}, "database": {"enabled": False}},
    {"webui": {"scaling": {"max": 1}}, "database": {"enabled": True, "backupDays": 35}},
    {"gateway": {"env": {"DATA_DIR": "/x"}}},
    {"webui": {"env": {"OPENID_PROVIDER_URL": "https://id.example.com/.well-known/openid-configuration"}}},
    {"webui": {"env": {"OPENAI_API_BASE_URL": "https://models.example.com/v1"}, "secrets": {"OPENAI_API_KEY": SECRET}}},
    {"webui": {"secrets": {"OPENAI_API_BASE_URLS": SECRET, "OPENAI_API_KEYS": SECRET}}},
    {"webui": {"env": {"RAG_OPENAI_API_BASE_URL": "https://a.example.com"}, "secrets": {"RAG_OPENAI_API_KEY": SECRET}}},
    {"gateway": {"enabled": False, "image": None}, "webui": {"env": {"OPENAI_API_BASE_URL": "https://a.example.com"}}},
    {"webui": {"image": "ghcr.io/open-webui/open-webui:v0.9.2-slim"}},
    {"webui": {"image": "ghcr.io/open-webui/open-webui:git-0a1b2c3"}},
    {"webui": {"env": {"ENABLE_API_KEYS": "true", "USER_PERMISSIONS_FEATURES_API_KEYS": "false"}}},
    {"services": {"n8n": {"port": 80, "image": "a/b:1.2", "env": {"N8N_SKIP_AUTH_TOKEN": "true"}}}},
    {"webui": {"env": {"ENABLE_API_KEY": "true", "TOKEN_LIMIT": "5", "KEEP_ALIVE": "60"}}},
    {"services": {"job": {"image": "nginx:1.27"}}},
    {"services": {"job": {"port": 1, "image": "nginx:1.27", "scaling": {"min": 0}}}},
    {"services": {"abcdefghijklmnopqrstu": {"port": 65535, "image": "nginx:1.27"}}},
    {"database": {"minCapacity": 4, "maxCapacity": 4, "instances": 16}},
    {"cache": {"nodes": 6}},
    {"protect": True, "loadBalancer": {"plainHttp": True}, "database": {"backupDays": 7}},
]


@pytest.mark.parametrize("change", ALLOWED, ids=str)
def test_the_last_value_before_a_limit_is_allowed(change: dict[str, Any]) -> None:
    assert lines(valid(**change)) == []


def test_a_night_without_tasks_is_allowed_when_a_morning_follows() -> None:
    night = {"name": "night", "cron": "cron(0 20 ? * * *)", "min": 0, "max": 0}
    morning = {"name": "morning", "cron": "cron(0 7 ? * * *)", "min": 1, "max": 5}
    assert lines(valid(webui={"scaling": {"schedules": [night, morning]}})) == []


def test_a_protected_stack_takes_a_digest_with_a_moving_tag() -> None:
    image = f"ghcr.io/open-webui/open-webui:main@sha256:{'0' * 64}"
    assert lines(merged(FULL, {"webui": {"image": image}})) == []
    with pytest.raises(settings.SettingsError, match=r"the tag main moves"):
        settings.parse(merged(FULL, {"webui": {"image": "ghcr.io/open-webui/open-webui:main"}}))


@pytest.mark.parametrize(("https", "most"), [(False, 98), (True, 97)])
def test_the_listener_rules_of_webui_and_gateway_count_towards_the_quota(https: bool, most: int) -> None:
    balancer = HTTPS if https else {}
    services = {f"s{n}": {"port": 80, "image": "a/b:1.2", "paths": [f"/p{n}"]} for n in range(most + 1)}
    (problem,) = problems(valid(services=services, loadBalancer=balancer))
    assert problem.rule == (
        f"must have at most {most} services with paths or hosts, not {most + 1}: a load balancer takes 100 rules"
    )
    services.popitem()
    assert "services" not in [problem.key for problem in problems(valid(services=services, loadBalancer=balancer))]
