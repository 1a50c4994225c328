"""A route that would take, lose or share requests by accident is refused before any resource exists."""

import hashlib
from collections.abc import Sequence

import pytest

from aws_rules.listener_rules import RoutingError, RoutingProblem, ServiceRoute, plan
from aws_rules.open_webui_paths import GATEWAY_PATHS
from tests.aws_rules.judge import service_of

WEBUI = ServiceRoute(service="webui", catch_all=True)
GATEWAY = ServiceRoute(service="gateway", paths=GATEWAY_PATHS)
HOST = "chat.example.com"


def route(service: str, *paths: str, hosts: tuple[str, ...] = ()) -> ServiceRoute:
    return ServiceRoute(service=service, paths=paths, hosts=hosts)


def refused(*routes: ServiceRoute, webui_hosts: Sequence[str] = ()) -> list[RoutingProblem]:
    with pytest.raises(RoutingError) as caught:
        plan(routes, webui_hosts=webui_hosts)
    return list(caught.value.problems)


def slot(name: str) -> int:
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % 1000


def test_a_path_of_two_services_is_refused() -> None:
    (problem,) = refused(WEBUI, route("a", "/reports/*"), route("b", "/reports/*"))
    assert problem.value == "/reports/*"
    assert "too" in problem.rule


def test_the_gateways_paths_can_not_be_given_to_another_service_as_well() -> None:
    assert len(refused(WEBUI, GATEWAY, route("other", "/api/v1/models"))) == 1


def test_hosts_are_compared_whatever_their_case() -> None:
    a, b = route("a", "/x", hosts=("A.example.com",)), route("b", "/x", hosts=("a.EXAMPLE.com",))
    assert "too" in refused(a, b)[0].rule
    assert service_of(plan([a]), "a.Example.com", "/x") == "a"


def test_a_path_that_a_rule_before_it_covers_is_refused() -> None:
    # "a" is evaluated late, because /a is the least specific path it has.
    (problem,) = refused(route("a", "/a", "/b/c/d"), route("b", "/b/c/*"))
    assert (problem.service, problem.value) == ("a", "/b/c/d")
    assert "never reached" in problem.rule


def test_overlapping_patterns_of_one_level_are_refused_because_the_names_would_decide() -> None:
    for one, other in [("/x*", "/xy*"), ("/x/*/y", "/x/y/*"), ("/x/y*/z", "/x/*/z")]:
        (problem,) = refused(route("a", one), route("b", other))
        assert "arbitrary" in problem.rule


def test_wildcard_hosts_of_one_level_that_overlap_are_refused() -> None:
    a, b = route("a", hosts=("*.example.com",)), route("b", hosts=("*.b.example.com",))
    assert "arbitrary" in refused(a, b)[0].rule


def test_two_services_on_one_slot_are_refused_with_the_way_out() -> None:
    names = [f"s{number}" for number in range(200)]
    a, b = next((a, b) for a in names for b in names if a < b and slot(a) == slot(b))
    (problem,) = refused(route(a, "/a"), route(b, "/b"))
    assert problem.field == "name"
    assert "not deployed yet" in problem.fix


@pytest.mark.parametrize("path", ["/api/*", "/*", "/api/v1/models*", "/api/v1/chat/*", "/c*", "/static/x"])
def test_a_path_that_takes_requests_from_open_webui_is_refused(path: str) -> None:
    (problem,) = refused(WEBUI, route("thief", path))
    assert (problem.service, problem.value) == ("thief", path)
    assert "Open WebUI" in problem.rule


@pytest.mark.parametrize("host", ["chat.example.com", "Chat.Example.com", "*.example.com", "ch?t.example.com"])
def test_open_webuis_own_host_frees_nothing(host: str) -> None:
    (problem,) = refused(WEBUI, route("s", "/api/*", hosts=(host,)), webui_hosts=[HOST])
    assert "Open WebUI" in problem.rule
    (problem,) = refused(WEBUI, route("s", hosts=(host,)), webui_hosts=[HOST])
    assert problem.value == "/*"


@pytest.mark.parametrize("host", ["*.com", "*.elb.amazonaws.com", "x.eu-west-1.elb.amazonaws.com"])
def test_the_load_balancers_own_name_belongs_to_open_webui(host: str) -> None:
    assert "Open WebUI" in refused(WEBUI, route("s", hosts=(host,)))[0].rule


def test_a_catch_all_on_hosts_needs_no_other_condition_and_takes_five() -> None:
    hosts = tuple(f"{name}.example.com" for name in "abcdef")
    (rule,) = plan([ServiceRoute(service="webui", hosts=hosts[:5], catch_all=True)])
    assert (rule.hosts, rule.paths) == (hosts[:5], ())
    assert refused(ServiceRoute(service="webui", hosts=hosts, catch_all=True))


def test_all_problems_are_reported_at_once_and_told_in_the_message() -> None:
    routes = (WEBUI, route("a", "x", "/api/*", "/r/*"), route("b", "/r/*"))
    problems = {(problem.service, problem.value): problem.rule for problem in refused(*routes)}
    assert set(problems) == {("a", "x"), ("a", "/api/*"), ("b", "/r/*")}
    with pytest.raises(RoutingError, match=r"a\.paths: 'x' does not start with /; write it"):
        plan(routes)


def test_a_path_too_wild_to_compare_is_refused_quickly() -> None:
    assert "wildcards" in refused(route("s", "/*a" + "?" * 100))[0].rule
