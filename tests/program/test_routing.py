"""Each request reaches the application it is meant for, as the recorded listeners alone decide it."""

import pulumi
import pulumi_aws as aws
import pytest
from hypothesis import HealthCheck, assume, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

import settings
from offline.engine.recording import Recording
from scripts.open_webui_release import known
from settings.routes import planned_rules
from tests.program.requests_to_listeners import LoadBalancer
from tests.program.variants import CIDRS, FORMER_CIDR, REPORTS, VARIANTS, named, variant
from tests.support.program import GATEWAY_IMAGE, containers, environment, plan, plan_afresh, service

GATEWAY_PATHS = {"/api/v1/models", "/api/v1/chat/completions", "/api/v1/embeddings"}
SAMPLES = sorted(known().paths)
BY_SERVICE_CONNECT = named("internet-facing", "Service Connect")
BY_LOAD_BALANCER = sorted(VARIANTS.keys() - BY_SERVICE_CONNECT - set(named("no gateway")))
WITH_HTTPS = {1: "HTTPS with a domain", 2: "2 CIDRs", 3: "3 CIDRs", 5: "5 CIDRs"}
"""Words of the variants by the number of CIDRs that the VPC has."""
STRANGERS = ("203.0.113.7", "10.1.0.1", "10.200.16.1", "192.168.0.1", FORMER_CIDR.split("/")[0])


def origin(recording: Recording) -> str:
    return environment(recording, "webui")["OPENAI_API_BASE_URL"]


@pytest.mark.parametrize("name", BY_LOAD_BALANCER)
def test_exactly_three_of_open_webuis_paths_reach_the_gateway(name: str) -> None:
    balancer = LoadBalancer(VARIANTS[name].plan())
    answers = {path: balancer.answer(max(balancer.ports()), path) for path in SAMPLES}
    assert {path for path, app in answers.items() if app == "gateway"} == GATEWAY_PATHS
    assert {app for path, app in answers.items() if path not in GATEWAY_PATHS} == {"webui"}


@pytest.mark.parametrize("path", ["/api/v1/models/", "/api/v1/Models", "/api/v1/models/x", "/api/v1/chat/completionsx"])
def test_the_gateways_paths_are_exact(path: str) -> None:
    assert LoadBalancer(plan()).answer(80, path) == "webui"


def test_a_third_service_gets_its_paths_and_no_other() -> None:
    balancer = LoadBalancer(variant("a third service").plan())
    answers = {path: balancer.answer(80, path) for path in ("/reports", "/reports/2026/11", "/reportsx", "/reports2")}
    assert answers == {"/reports": "reports", "/reports/2026/11": "reports", "/reportsx": "webui", "/reports2": "webui"}


def test_a_service_on_its_own_host_gets_every_path_there_and_none_elsewhere() -> None:
    balancer = LoadBalancer(variant("host and files").plan())
    paths = ["/", "/api/config", "/c/1"]
    assert [balancer.answer(443, path, host="Wiki.example.com") for path in paths] == ["wiki"] * len(paths)
    assert [balancer.answer(443, path) for path in paths] == ["webui"] * len(paths)


@pytest.mark.parametrize("count", WITH_HTTPS)
def test_with_https_plain_http_serves_the_gateway_to_the_vpc_alone(count: int) -> None:
    cidrs = CIDRS[:count]
    balancer = LoadBalancer(variant(WITH_HTTPS[count]).plan())
    for cidr in cidrs:
        source = cidr.split("/")[0]
        answers = {path: balancer.answer(80, path, source=source) for path in SAMPLES}
        assert {path for path, app in answers.items() if app == "gateway"} == GATEWAY_PATHS
        assert {app for path, app in answers.items() if path not in GATEWAY_PATHS} == {"redirect"}
    for stranger in STRANGERS:
        assert {balancer.answer(80, path, source=stranger) for path in SAMPLES} == {"redirect"}


@pytest.mark.parametrize("count", WITH_HTTPS)
def test_no_rule_has_more_than_five_condition_values(count: int) -> None:
    balancer = LoadBalancer(variant(WITH_HTTPS[count]).plan())
    for port in balancer.ports():
        for rule in balancer.rules(port):
            values = [
                value for condition in rule["conditions"] for one in condition.values() for value in one["values"]
            ]
            assert len(values) <= 5, rule


def test_the_webui_calls_the_listener_that_forwards_for_it() -> None:
    for name in BY_LOAD_BALANCER:
        recording = VARIANTS[name].plan()
        dns_name = recording.one(aws.lb.LoadBalancer).outputs["dnsName"]
        assert origin(recording) == f"http://{dns_name}/api/v1"
        path = "/api/v1/chat/completions"
        assert LoadBalancer(recording).answer(80, path, host=dns_name, source="10.0.1.2") == "gateway"


@pytest.mark.parametrize("name", BY_SERVICE_CONNECT)
def test_by_service_connect_no_rule_leads_to_the_gateway(name: str) -> None:
    recording = VARIANTS[name].plan()
    balancer = LoadBalancer(recording)
    assert not any("gateway" in balancer.apps(port) for port in balancer.ports())
    assert service(recording, "gateway").inputs.get("loadBalancers", []) == []
    port = 9090 if "9090" in name else 8080
    assert (
        origin(recording)
        == f"http://gateway:{port}/api/v1"
        == environment(recording, "webui")["RAG_OPENAI_API_BASE_URL"]
    )


@pytest.mark.parametrize("name", BY_SERVICE_CONNECT)
def test_the_alias_and_port_that_service_connect_serves_are_those_that_the_webui_calls(name: str) -> None:
    recording = VARIANTS[name].plan()
    (served,) = service(recording, "gateway").inputs["serviceConnectConfiguration"]["services"]
    (alias,) = served["clientAlias"]
    assert origin(recording) == f"http://{alias['dnsName']}:{alias['port']}/api/v1"
    (mapping,) = containers(recording, "gateway")["gateway"]["portMappings"]
    assert (mapping["name"], mapping["containerPort"]) == (served["portName"], alias["port"])


def test_every_listener_answers_what_no_rule_takes_by_itself() -> None:
    for name in VARIANTS:
        recording = VARIANTS[name].plan()
        actions = {
            listener.inputs["port"]: listener.inputs["defaultActions"][0]["type"]
            for listener in recording.of_type(aws.lb.Listener)
        }
        assert actions in ({80: "fixed-response"}, {80: "redirect", 443: "fixed-response"})


@pytest.mark.parametrize("name", VARIANTS)
def test_priorities_are_unique_on_each_listener_and_the_webui_answers_the_rest(name: str) -> None:
    balancer = LoadBalancer(VARIANTS[name].plan())
    *plain, last = balancer.ports()
    assert balancer.answer(last, "/anything") == "webui"
    assert all(balancer.apps(port) <= {"gateway"} for port in plain)


def priorities(recording: Recording) -> dict[str, int]:
    return {rule.name.removesuffix("-rule"): rule.inputs["priority"] for rule in recording.of_type(aws.lb.ListenerRule)}


def test_adding_a_service_moves_no_other_rule() -> None:
    before, after = priorities(plan()), priorities(variant("a third service").plan())
    assert {app: after[app] for app in before} == before


name_of_service = st.from_regex(r"[a-z][a-z0-9]{1,8}(-[a-z0-9]{1,4})?", fullmatch=True)


@hypothesis_settings(max_examples=10, deadline=None, database=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(st.lists(name_of_service, min_size=2, max_size=5, unique=True))
def test_priorities_stay_when_services_come_and_go(names: list[str]) -> None:
    def rules(present: list[str]) -> dict[str, int]:
        services = {name: {**REPORTS, "paths": [f"/team/{name}/*"]} for name in present}
        try:
            parsed = settings.parse({"gateway": {"image": GATEWAY_IMAGE}, "services": services})
        except settings.SettingsError:  # a reserved name, or two names that share a slot: refused, not moved
            assume(False)
            raise
        return {rule.service: rule.priority for rule in planned_rules(parsed)}

    everybody = rules(names)
    for gone in names:
        rest = rules([name for name in names if name != gone])
        assert rest == {name: priority for name, priority in everybody.items() if name != gone}
    assert {app: everybody[app] for app in ("gateway", "webui")} == priorities(plan())


def test_rules_for_a_given_vpcs_cidrs_count_towards_the_load_balancers_quota(monkeypatch: pytest.MonkeyPatch) -> None:
    five = variant(WITH_HTTPS[5])
    needed = len(five.plan().of_type(aws.lb.ListenerRule))
    monkeypatch.setattr("apps.lookups.MAX_RULES", needed - 1)
    with pytest.raises(
        pulumi.RunError, match=f"services: read {needed} listener rules; must need at most {needed - 1}"
    ):
        plan_afresh(five.overrides, aws=five.aws)
