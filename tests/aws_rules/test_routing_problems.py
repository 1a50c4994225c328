"""Conditions that a load balancer would refuse are refused before it is asked."""

import pytest

from aws_rules.routing_problems import RoutingProblem, condition_problems


def rules_broken(*paths: str, hosts: tuple[str, ...] = ()) -> list[str]:
    return [problem.rule for problem in condition_problems("s", paths, hosts)]


@pytest.mark.parametrize(
    "path", ["/", "/reports", "/reports/*", "/v?/x", "/_-.$/~\"'@:+&*?", "/" + "x" * 127, "/UPPER"]
)
def test_a_path_that_elb_documents_as_legal_passes(path: str) -> None:
    assert rules_broken(path) == []


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("reports", "start with /"),
        ("*", "start with /"),
        ("", "start with /"),
        ("/" + "x" * 128, "longer than 128"),
        ("/a b", "' '"),
        ("/a?b=c", "'='"),
        ("/ä", "'ä'"),
        ("/a%20b", "'%'"),
        ("/a#b", "'#'"),
    ],
)
def test_an_illegal_path_is_refused(path: str, told: str) -> None:
    (rule,) = rules_broken(path)
    assert told in rule


@pytest.mark.parametrize("host", ["app.example.com", "*.example.com", "a?.example.COM", "x" * 116 + ".example.com"])
def test_a_host_that_elb_documents_as_legal_passes(host: str) -> None:
    assert rules_broken(hosts=(host,)) == []


@pytest.mark.parametrize(
    ("host", "told"),
    [
        ("localhost", "no dot"),
        ("*", "no dot"),
        (".com", "no dot"),
        ("app.example.", "no dot"),
        ("app.*", "no dot"),
        ("10.0.0.1", "no dot"),
        ("a_b.example.com", "'_'"),
        ("app.example.com/x.com", "'/'"),
        ("x" * 125 + ".com", "longer than 128"),
    ],
)
def test_an_illegal_host_is_refused(host: str, told: str) -> None:
    (rule,) = rules_broken(hosts=(host,))
    assert told in rule


def test_five_values_pass_and_a_sixth_is_refused() -> None:
    paths = tuple(f"/{number}" for number in range(4))
    assert rules_broken(*paths, hosts=("a.example.com",)) == []
    assert "a rule takes 5" in rules_broken(*paths, hosts=("a.example.com", "b.example.com"))[0]


def test_five_wildcards_pass_and_a_sixth_is_refused() -> None:
    assert rules_broken("/*/*/*", hosts=("*.ex?mple.com",)) == []
    assert "6 wildcards" in rules_broken("/*/*/*/?", hosts=("*.ex?mple.com",))[0]


def test_a_problem_tells_where_what_why_and_the_way_out() -> None:
    problem = RoutingProblem("reports", "paths", "x", "does not start with /", "write it like /reports")
    assert str(problem) == "reports.paths: 'x' does not start with /; write it like /reports"
