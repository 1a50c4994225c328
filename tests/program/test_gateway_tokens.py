"""With `gateway.tokens` the load balancer checks people's tokens, and nothing else leads to the path that says so."""

import re
from typing import Any

import pulumi_aws as aws
import pytest

from containers.gateway_tokens import VALIDATED
from offline.engine.recording import Recording
from offline.plan.reach import edges_of
from offline.services import services_of
from tests.program.requests_to_listeners import LoadBalancer, matches
from tests.support.program import GATEWAY_IMAGE, environment, plan

DOMAIN = {"domain": "chat.example.com", "hostedZoneId": "Z0123456789ABCDEFGHIJ"}
TOKENS = {
    "issuer": "https://id.example.com",
    "jwksUrl": "https://id.example.com/keys",
    "claims": [
        {"name": "aud", "values": ["chat"]},
        {"name": "scope", "values": ["models"], "format": "space-separated-values"},
    ],
    "userClaim": "email",
}
PATHS = ("/api/v1/models", "/api/v1/chat/completions", "/api/v1/embeddings")
PERSONS = {"Authorization": "Bearer eyJhbGciOiJSUzI1NiJ9.e30.x"}


def stack() -> Recording:
    return plan({"loadBalancer": DOMAIN, "gateway": {"image": GATEWAY_IMAGE, "tokens": TOKENS}})


def kinds(recording: Recording, port: int, path: str, headers: dict[str, str]) -> list[str]:
    """What the load balancer does with a request."""
    return LoadBalancer(recording).actions(port, path, headers)


@pytest.mark.parametrize("path", PATHS)
def test_a_persons_token_is_checked_and_the_gateways_key_is_not(path: str) -> None:
    assert kinds(stack(), 443, path, PERSONS) == ["jwt-validation", "forward"]
    assert kinds(stack(), 443, path, {"Authorization": "Bearer 0123456789abcdef"}) == ["forward"]
    assert LoadBalancer(stack()).answer(443, path, headers=PERSONS) == "gateway"


def test_it_checks_issuer_and_claims_and_marks_the_path() -> None:
    rule = stack().one(aws.lb.ListenerRule, "gateway-rule-tokens").inputs
    check = rule["actions"][0]["jwtValidation"]
    assert (check["issuer"], check["jwksEndpoint"]) == (TOKENS["issuer"], TOKENS["jwksUrl"])
    assert check["additionalClaims"] == [
        {"name": "aud", "format": "single-string", "values": ["chat"]},
        {"name": "scope", "format": "space-separated-values", "values": ["models"]},
    ]
    (transform,) = rule["transforms"]
    rewrite = transform["urlRewriteConfig"]["rewrite"]
    replaced = re.sub(rewrite["regex"], rewrite["replace"].replace("$1", r"\1"), PATHS[0])
    assert replaced == f"{VALIDATED}{PATHS[0]}"
    assert environment(stack(), "gateway")["TOKENS_USER_CLAIM"] == "email"


def test_no_other_rule_leads_to_that_path() -> None:
    balancer = LoadBalancer(stack())
    for port in balancer.ports():
        for rule in balancer.rules(port):
            paths = [path for one in rule["conditions"] for path in one.get("pathPattern", {}).get("values", [])]
            leads_there = any(matches(pattern, f"{VALIDATED}{path}") for pattern in paths for path in PATHS)
            assert not leads_there or balancer.answer(port, f"{VALIDATED}{PATHS[0]}") == "webui"
            assert ("transforms" in rule) is (rule["actions"][0]["type"] == "jwt-validation")


def test_nobody_but_the_load_balancer_reaches_the_gateways_port() -> None:
    recording = stack()
    services = {service.urn: service.app for service in services_of(recording)}
    gateway = next(urn for urn, app in services.items() if app == "gateway")
    callers = {edge.source for edge in edges_of(recording) if edge.target == gateway and edge.port == 8080}
    assert not callers & services.keys()


def test_without_it_a_token_is_the_gateways_to_refuse() -> None:
    recording = plan({"loadBalancer": DOMAIN, "gateway": {"image": GATEWAY_IMAGE}})
    assert kinds(recording, 443, PATHS[0], PERSONS) == ["forward"]
    assert "TOKENS_USER_CLAIM" not in environment(recording, "gateway")


def test_plain_http_inside_the_vpc_takes_the_key_alone() -> None:
    assert kinds(stack(), 80, PATHS[0], PERSONS) == ["forward"]
    rules: list[Any] = LoadBalancer(stack()).rules(80)
    assert all("transforms" not in rule for rule in rules)
