"""Caddy does with a request what the recorded listeners do with it."""

import re
from typing import Any

import pytest

from live import TryError, targets
from live.http_server import Request
from live.load_balancer import configuration, listener_ports, matcher
from tests.live.stages import recording_of

TARGETS = {"webui": [9001], "gateway": [9002]}
GATEWAY_PATHS = ["/api/v1/models", "/api/v1/chat/completions", "/api/v1/embeddings"]


def servers(stack: str, slots: dict[str, list[int]] | None = None) -> dict[str, Any]:
    recording = recording_of(stack)
    ports = {port: 10_000 + port for port in listener_ports(recording)}
    found: dict[str, Any] = configuration(recording, ports, TARGETS if slots is None else slots, 9000)
    return {server["listen"][0].split(":")[1]: server for server in found["apps"]["http"]["servers"].values()}


def answer(server: dict[str, Any], path: str) -> str:
    """Where the first matching route leads: a port, or a status."""
    for route in server["routes"]:
        pattern = route.get("match", [{}])[0].get("path_regexp", {}).get("pattern", "")
        if re.search(pattern, path):
            (handler,) = route["handle"]
            return str(handler.get("upstreams", [{}])[0].get("dial") or handler["status_code"]).split(":")[-1]
    raise AssertionError("no route")


@pytest.mark.parametrize("path", GATEWAY_PATHS)
def test_the_three_paths_go_to_the_gateway(path: str) -> None:
    assert answer(servers("dev")["10080"], path) == "9002"
    assert answer(servers("prod")["10443"], path) == "9002"
    assert answer(servers("prod")["10080"], path) == "9002"


@pytest.mark.parametrize("path", ["/", "/api/v1/models/", "/api/v1/auths/signin", "/ws/socket.io/", "/api/v1/model"])
def test_everything_else_goes_to_open_webui(path: str) -> None:
    assert answer(servers("dev")["10080"], path) == "9001"
    assert answer(servers("public")["10443"], path) == "9001"


def test_the_gateway_is_not_on_a_public_load_balancer() -> None:
    assert [answer(servers("public")["10443"], path) for path in GATEWAY_PATHS] == ["9001"] * 3


def test_what_no_rule_matches_gets_the_listeners_default_action() -> None:
    (handler,) = servers("dev")["10080"]["routes"][-1]["handle"]
    assert (handler["status_code"], handler["body"]) == (404, "Not found")


def test_plain_http_of_an_https_stack_is_redirected_to_where_https_is_here() -> None:
    (handler,) = servers("prod")["10080"]["routes"][-1]["handle"]
    assert handler["status_code"] == 301
    assert handler["headers"]["Location"] == ["http://localhost:10443{http.request.uri}"]


def test_a_rule_for_callers_in_the_vpc_holds_for_this_machine_too() -> None:
    ranges = servers("prod")["10080"]["routes"][0]["match"][0]["remote_ip"]["ranges"]
    assert ranges == ["10.0.0.0/16", "127.0.0.0/8"]


def test_a_service_that_does_not_run_here_is_unavailable() -> None:
    assert answer(servers("dev", {"webui": [9001]})["10080"], "/api/v1/models") == "503"


def test_health_checks_and_idle_timeout_are_the_recorded_ones() -> None:
    server = servers("dev")["10080"]
    (handler,) = server["routes"][0]["handle"]
    assert server["idle_timeout"] == 900 * 10**9 == handler["transport"]["read_timeout"]
    check = handler["health_checks"]["active"]
    assert (check["uri"], check["expect_status"], check["timeout"]) == ("/health", 200, 30 * 10**9)
    upstream = "{http.reverse_proxy.active.target_upstream}"
    assert (check["port"], check["headers"]) == (9000, {"X-Target": [upstream], "X-Unhealthy-After": ["5"]})


def test_wildcards_are_the_load_balancers() -> None:
    pattern = matcher([{"pathPattern": {"values": ["/a.b/*", "/c?"]}}])["path_regexp"]["pattern"]
    assert [path for path in ("/a.b/c/d", "/axb/c", "/cd", "/c", "/cde") if re.search(pattern, path)] == [
        "/a.b/c/d",
        "/cd",
    ]


def test_a_condition_that_caddy_is_not_told_of_is_refused() -> None:
    with pytest.raises(TryError, match="queryStrings"):
        matcher([{"queryStrings": [{"value": "x"}]}])


def test_a_target_gets_requests_from_its_registration_to_its_deregistration_while_it_is_healthy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(targets, "INTERVAL", 0)
    monkeypatch.setattr(targets, "_LOOK", 0)
    healthy = ["http://127.0.0.1:1/health"]
    monkeypatch.setattr(targets, "answers", lambda url: url in healthy)
    known = targets.Targets()

    def asked() -> list[int]:
        headers = [{"x-target": f"127.0.0.1:{port}", "x-unhealthy-after": "2"} for port in (1, 2)]
        requests = [
            Request(method="GET", path="/health", raw_path="/health", query={}, headers=each, body=b"")
            for each in headers
        ]
        return [known.respond(request).status for request in requests]

    found = [asked()]
    for port, is_registered in ((1, True), (2, True), (1, False)):
        known.change(port, is_registered=is_registered)
        found.append(asked())
    healthy.append("http://127.0.0.1:2/health")
    assert [*found, asked()] == [[503, 503], [200, 503], [200, 503], [503, 503], [503, 200]]
    healthy.clear()
    assert [asked(), asked()] == [[503, 200], [503, 503]]
