"""Open WebUI keeps every path of its own but the three that the gateway takes over."""

import pytest

from aws_rules.listener_rules import ServiceRoute, plan
from aws_rules.open_webui_paths import GATEWAY_PATHS, OPEN_WEBUI_PATHS, is_open_webui
from aws_rules.path_patterns import covers
from scripts.open_webui_release import known
from tests.aws_rules.judge import service_of
from tests.program.requests_to_listeners import matches

SAMPLES = sorted(known().paths)


def test_the_samples_hold_the_gateways_paths_and_the_neighbours_that_a_wildcard_would_take() -> None:
    assert set(GATEWAY_PATHS) <= set(SAMPLES)
    assert {"/api/v1/models/list", "/api/v1/chats/", "/api/v1/messages", "/api/models"} <= set(SAMPLES)


def test_exactly_three_paths_leave_open_webui() -> None:
    rules = plan([ServiceRoute(service="webui", catch_all=True), ServiceRoute(service="gateway", paths=GATEWAY_PATHS)])
    taken = {path for path in SAMPLES if service_of(rules, "chat.example.com", path) != "webui"}
    assert taken == set(GATEWAY_PATHS)
    assert all(service_of(rules, "chat.example.com", path) == "gateway" for path in GATEWAY_PATHS)


def test_every_sample_is_known_as_open_webuis() -> None:
    assert [path for path in SAMPLES if not is_open_webui(path)] == []


def test_every_known_pattern_stands_for_a_path_that_exists() -> None:
    # A folder's own path ("/cache") answers, or could, wherever there is something below it.
    idle = [
        pattern
        for pattern in OPEN_WEBUI_PATHS
        if not any(matches(pattern, path) or path.startswith(f"{pattern}/") for path in SAMPLES)
        and not any(covers(f"{other}/*", pattern) and other in SAMPLES for other in OPEN_WEBUI_PATHS)
    ]
    assert idle == []


@pytest.mark.parametrize("pattern", ["/api/*", "/ap*", "/*", "/?", "/api/v1/models", "/static/reports/*", "/c*"])
def test_a_pattern_that_takes_open_webuis_requests_is_recognised(pattern: str) -> None:
    assert is_open_webui(pattern)


@pytest.mark.parametrize("pattern", ["/bedrock/v1/*", "/reports", "/apis", "/docs", "/API/*", "/cc/*"])
def test_other_paths_are_free(pattern: str) -> None:
    assert not is_open_webui(pattern)
