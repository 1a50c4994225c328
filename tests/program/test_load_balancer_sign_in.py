"""With `loadBalancer.authenticate` people sign in before Open WebUI, and no header counts but a signed one."""

from typing import Any

import pulumi_aws as aws
import pytest

from containers import webui_front
from offline.engine.recording import Recording
from settings.reserved_env import RESERVED_ENV
from tests.program.requests_to_listeners import LoadBalancer
from tests.support.program import GATEWAY_IMAGE, containers, environment, plan

POOL = {
    "userPoolArn": "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Ab12Cd34E",
    "clientId": "1example23456789",
    "domain": "my-company",
}
DOMAIN = {"domain": "chat.example.com", "hostedZoneId": "Z0123456789ABCDEFGHIJ"}
GATEWAY_PATHS = ("/api/v1/models", "/api/v1/chat/completions", "/api/v1/embeddings")
PATHS = ("/", "/api/config", "/api/v1/auths/signin", "/ws/socket.io/", "/oauth/oidc/login", "/openai/models")
KEY = {"Authorization": "Bearer sk-0123456789"}


def stack(**authenticate: Any) -> Recording:
    balancer = {**DOMAIN, "authenticate": {"cognito": POOL, **authenticate}}
    keys = {"permissions": {"apiKeys": True}}
    return plan({"loadBalancer": balancer, "webui": keys, "gateway": {"image": GATEWAY_IMAGE}})


def test_everything_of_open_webui_is_behind_the_sign_in() -> None:
    balancer = LoadBalancer(stack())
    assert [balancer.signs_in(443, path) for path in PATHS] == [True] * len(PATHS)
    assert [balancer.signs_in(443, path, KEY) for path in PATHS] == [True] * len(PATHS)
    assert [balancer.answer(443, path) for path in PATHS] == ["webui"] * len(PATHS)
    assert balancer.answer(80, "/") == "redirect"


def test_the_gateways_clients_show_its_key_and_no_session() -> None:
    balancer = LoadBalancer(stack())
    assert [balancer.signs_in(443, path) for path in GATEWAY_PATHS] == [False] * len(GATEWAY_PATHS)
    assert {balancer.answer(443, path) for path in GATEWAY_PATHS} == {"gateway"}


@pytest.mark.parametrize(
    ("path", "headers", "passes"),
    [
        ("/api/v1/users/", KEY, True),
        ("/openai/models", KEY, True),
        ("/api/v1/users/", {}, False),
        ("/api/v1/users/", {"Authorization": "Bearer eyJhbGciOiJIUzI1NiJ9.e30.x"}, False),
        ("/", KEY, False),
        ("/ws/socket.io/", KEY, False),
    ],
)
def test_programs_with_a_key_of_open_webui_pass_when_they_are_let(
    path: str, headers: dict[str, str], passes: bool
) -> None:
    balancer = LoadBalancer(stack(apiKeys=True))
    assert balancer.signs_in(443, path, headers) is not passes
    assert balancer.answer(443, path, headers=headers) == "webui"


def test_open_webui_believes_this_load_balancer_alone() -> None:
    recording = stack()
    found = environment(recording, "webui")
    (balancer,) = recording.of_type(aws.lb.LoadBalancer)
    assert found["ALB_SIGNER"] == balancer.outputs["arn"]
    assert found["ALB_CLIENT"] == POOL["clientId"]
    assert found["ALB_KEYS_URL"] == "https://public-keys.auth.elb.us-east-1.amazonaws.com"
    assert found["WEBUI_AUTH_TRUSTED_EMAIL_HEADER"] == webui_front.EMAIL.decode()
    assert found["WEBUI_AUTH_TRUSTED_NAME_HEADER"] == webui_front.NAME.decode()
    container = containers(recording, "webui")["webui"]
    assert "stand_before(" in container["command"][-1]


def test_another_provider_signs_in_with_a_secret_that_stays_one() -> None:
    endpoints = {f"{name}Endpoint": f"https://id.example.com/{name}" for name in ("authorization", "token", "userInfo")}
    secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:alb-AbCdEf"
    oidc = {"issuer": "https://id.example.com", **endpoints, "clientId": "balancer", "clientSecretArn": secret}
    balancer = {**DOMAIN, "authenticate": {"oidc": oidc}}
    recording = plan({"loadBalancer": balancer, "gateway": {"image": GATEWAY_IMAGE}})
    assert LoadBalancer(recording).signs_in(443, "/")
    rule = recording.one(aws.lb.ListenerRule, "webui-rule")
    value = rule.inputs["actions"][0]["authenticateOidc"]["clientSecret"]
    assert value
    assert "actions[0].authenticateOidc.clientSecret" in rule.secret_paths
    found = environment(recording, "webui")
    assert found["ALB_CLIENT"] == "balancer"
    assert value not in found.values()
    assert "WEBUI_AUTH_SIGNOUT_REDIRECT_URL" not in found


def test_signing_out_leads_to_the_pages_of_the_pool_and_back() -> None:
    assert environment(stack(), "webui")["WEBUI_AUTH_SIGNOUT_REDIRECT_URL"] == (
        "https://my-company.auth.eu-west-1.amazoncognito.com/logout"
        "?client_id=1example23456789&logout_uri=https%3A%2F%2Fchat.example.com"
    )


def test_the_load_balancer_reaches_the_provider() -> None:
    def ways(recording: Recording) -> list[Any]:
        rules = recording.of_type(aws.vpc.SecurityGroupEgressRule)
        return [rule.inputs["cidrIpv4"] for rule in rules if rule.name == "load-balancer-443-to-provider"]

    assert ways(stack()) == ["0.0.0.0/0"]
    assert ways(plan()) == []


def test_without_it_no_header_names_anybody() -> None:
    names = {"WEBUI_AUTH_TRUSTED_EMAIL_HEADER", "WEBUI_AUTH_TRUSTED_NAME_HEADER", "ALB_SIGNER"}
    for recording in (plan(), plan(stack="prod")):
        assert not names & environment(recording, "webui").keys()
        container = containers(recording, "webui")["webui"]
        assert "stand_before(" not in container["command"][-1]


def test_no_header_can_be_named_by_hand() -> None:
    headers = {f"WEBUI_AUTH_TRUSTED_{name}_HEADER" for name in ("EMAIL", "NAME", "GROUPS", "ROLE")}
    assert headers | {"ALB_SIGNER", "ALB_CLIENT", "ALB_KEYS_URL"} <= RESERVED_ENV.keys()
