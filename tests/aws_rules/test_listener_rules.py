"""The plan sends every request where its configuration says, or is refused."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aws_rules.listener_rules import (
    CATCH_ALL_PRIORITY,
    ListenerRule,
    RoutingError,
    ServiceRoute,
    gateway_plain_http_rules,
    plan,
)
from aws_rules.open_webui_paths import GATEWAY_PATHS
from tests.aws_rules.judge import service_of

WEBUI = ServiceRoute(service="webui", catch_all=True)
GATEWAY = ServiceRoute(service="gateway", paths=GATEWAY_PATHS)
HOST = "chat.example.com"


def route(service: str, *paths: str, hosts: tuple[str, ...] = ()) -> ServiceRoute:
    return ServiceRoute(service=service, paths=paths, hosts=hosts)


def priorities(*routes: ServiceRoute) -> dict[str, int]:
    return {rule.service: rule.priority for rule in plan(routes)}


def test_rules_come_in_the_order_of_evaluation() -> None:
    rules = plan([WEBUI, route("reports", "/reports/*"), GATEWAY])
    assert [rule.service for rule in rules] == ["gateway", "reports", "webui"]
    assert [rule.priority for rule in rules] == sorted(rule.priority for rule in rules)


def test_open_webui_comes_last_with_a_condition_that_every_request_meets() -> None:
    assert plan([WEBUI]) == (ListenerRule(service="webui", priority=CATCH_ALL_PRIORITY, paths=("/*",)),)


def test_the_priorities_of_the_seeds_system_are_pinned() -> None:
    assert priorities(WEBUI, GATEWAY) == {"gateway": 40850, "webui": 49000}


def test_adding_or_removing_a_service_moves_no_other() -> None:
    few = priorities(WEBUI, GATEWAY, route("reports", "/reports/*"))
    many = priorities(
        WEBUI, GATEWAY, route("a", "/a"), route("reports", "/reports/*"), route("b", hosts=("b.example.com",))
    )
    assert {name: many[name] for name in few} == few


def test_the_order_in_which_services_are_listed_does_not_matter() -> None:
    routes = [WEBUI, GATEWAY, route("a", "/x/y"), route("b", "/x/*")]
    assert plan(routes) == plan(routes[::-1])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (route("s", "/x/*", hosts=("x.example.com",)), route("t", "/x/y")),
        (route("s", hosts=("x.example.com",)), route("t", "/x/y/z", hosts=("*.example.com",))),
        (route("s", "/x/y/z"), route("t", "/x/y/*")),
        (route("s", "/x/y/*"), route("t", "/x/y*")),
        (route("s", "/x/*/y"), route("t", "/x/*")),
        (route("s", "/x/y"), route("t", "/x/?")),
        (route("s", "/x/"), route("t", "/x/*")),
        (route("s", "/x/y/z", "/u/v/w"), route("t", "/x/y/*", "/q")),
    ],
)
def test_the_more_specific_route_comes_first(first: ServiceRoute, second: ServiceRoute) -> None:
    assert [rule.service for rule in plan([WEBUI, second, first])] == ["s", "t", "webui"]


def test_a_rule_is_as_specific_as_its_least_specific_path() -> None:
    assert priorities(route("s", "/x/y/z", "/q*"))["s"] == priorities(route("s", "/q*"))["s"]


def test_all_priorities_lie_below_the_catch_all() -> None:
    assert priorities(route("s", "/x*"))["s"] < CATCH_ALL_PRIORITY
    deep = "/" + "/".join("abcdefghij")
    assert priorities(route("s", deep, hosts=("x.example.com",)))["s"] >= 1


@st.composite
def narrowing(draw: st.DrawFn) -> tuple[str, str, str]:
    """A pattern, one that it covers, and a path that both match."""

    def fill(pattern: str, alphabet: str) -> str:
        one = st.text(alphabet.replace("*", ""), min_size=1, max_size=1)
        texts = {"*": st.text(alphabet, max_size=3), "?": one}
        return "".join(draw(texts[c]) if c in texts else c for c in pattern)

    general = "/" + draw(st.text("ab/*?", max_size=5))
    specific = fill(general, "ab/*?")
    return general, specific, fill(specific, "ab/")


@settings(max_examples=200, deadline=None, database=None)
@given(narrowing())
def test_a_planned_rule_never_loses_requests_to_a_more_general_one(patterns: tuple[str, str, str]) -> None:
    general, specific, path = patterns
    hosts = ("x.example.com",)
    with contextlib.suppress(RoutingError):  # what is not planned loses nothing
        rules = plan([route("general", general, hosts=hosts), route("specific", specific, hosts=hosts)])
        assert service_of(rules, "x.example.com", path) == "specific"


def test_one_path_on_different_hosts_is_planned() -> None:
    a, b = route("a", "/x", hosts=("a.example.com",)), route("b", "/x", hosts=("b.example.com",))
    rules = plan([WEBUI, a, b])
    assert [service_of(rules, f"{name}.example.com", "/x") for name in "abc"] == ["a", "b", "webui"]


def test_an_exact_host_wins_over_a_wildcard_that_covers_it() -> None:
    rules = plan([WEBUI, route("a", hosts=("*.example.com",)), route("b", hosts=("x.example.com",))])
    assert [service_of(rules, f"{name}.example.com", "/") for name in ("x", "y")] == ["b", "a"]


def test_a_host_of_its_own_frees_every_path() -> None:
    rules = plan([WEBUI, route("s", "/api/*", hosts=("s.example.com",))], webui_hosts=[HOST])
    assert service_of(rules, "s.example.com", "/api/config") == "s"
    assert service_of(rules, HOST, "/api/config") == "webui"


def test_a_free_path_on_open_webuis_host_is_planned() -> None:
    rules = plan([WEBUI, route("s", "/reports/*", hosts=(HOST,))], webui_hosts=[HOST])
    assert service_of(rules, HOST, "/reports/1") == "s"


def test_over_plain_http_the_vpc_reaches_the_gateway_and_nobody_else() -> None:
    rules = gateway_plain_http_rules(["10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16"])
    for source, expected in [("10.0.1.2", "gateway"), ("10.2.3.4", "gateway"), ("10.3.0.1", None)]:
        assert service_of(rules, "any", "/api/v1/models", source) == expected
    assert service_of(rules, "any", "/", "10.0.1.2") is None


def test_plain_http_rules_hold_at_most_five_values_whatever_the_order_of_cidrs() -> None:
    cidrs = [f"10.{number}.0.0/16" for number in range(5)]
    rules = gateway_plain_http_rules(cidrs)
    assert rules == gateway_plain_http_rules([*cidrs[::-1], cidrs[0]])
    assert [rule.priority for rule in rules] == [1, 2, 3]
    assert all(len(rule.paths) + len(rule.source_cidrs) <= 5 for rule in rules)
    assert {cidr for rule in rules for cidr in rule.source_cidrs} == set(cidrs)


def test_without_cidrs_no_plain_http_rule_is_left_open() -> None:
    assert gateway_plain_http_rules([]) == ()


def test_an_ipv6_request_meets_ipv6_cidrs_only() -> None:
    rules = gateway_plain_http_rules(["10.0.0.0/16", "fd00::/8"])
    assert service_of(rules, "any", "/api/v1/models", "fd00::1") == "gateway"
    assert service_of(rules, "any", "/api/v1/models", "2001:db8::1") is None
