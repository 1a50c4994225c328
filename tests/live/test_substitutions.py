"""The recorded environment wins; what names a place in AWS, and only that, is put in its place here."""

import re
from pathlib import Path

import pytest

from live.stage import Stage
from tests.live.stages import PORT, STACKS, stage_of

ELSEWHERE = re.compile(r"amazonaws\.com|chat\.example\.com|\b10\.\d+\.|//gateway:|^/(webui|scratch)|rediss:|0\.0\.0\.0")
CHANGED = {
    "ALLOWED_ORIGINS",
    "CORS_ALLOW_ORIGIN",
    "DATABASE_HOST",
    "DATABASE_PORT",
    "DATA_DIR",
    "FORWARDED_ALLOW_IPS",
    "HOME",
    "OPENAI_API_BASE_URL",
    "PGSSLMODE",
    "PORT",
    "RAG_OPENAI_API_BASE_URL",
    "REDIS_URL",
    "STATIC_DIR",
    "TMPDIR",
    "WEBUI_AUTH_COOKIE_SECURE",
    "WEBUI_SESSION_COOKIE_SECURE",
    "WEBUI_URL",
}


@pytest.fixture(params=STACKS)
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Stage:
    return stage_of(request.param, tmp_path)


def changes(stage: Stage, app: str) -> dict[str, tuple[str | None, str]]:
    """Variable -> its recorded value and the one here, where they differ."""
    main = stage.tasks[app].main
    recorded, here = stage.variables(app, main, recorded=True), stage.variables(app, main)
    return {name: (recorded.get(name), value) for name, value in here.items() if recorded.get(name) != value}


def test_no_variable_leads_to_aws(stage: Stage) -> None:
    for app, task in stage.tasks.items():
        for container in task.containers:
            there = {n: v for n, v in stage.variables(app, container).items() if ELSEWHERE.search(v)}
            there.pop("FORWARDED_ALLOW_IPS", None)  # whom it believes, not whom it calls
            assert not there, f"{app}/{container.name}"


def test_nothing_else_of_the_recorded_environment_changes(stage: Stage) -> None:
    for app in stage.tasks:
        assert {name for name, (recorded, _) in changes(stage, app).items() if recorded is not None} <= CHANGED


def test_every_substitution_has_its_reason(stage: Stage) -> None:
    assert all(row.why for app in stage.tasks for row in stage.substitutions(app))


def test_people_open_localhost_and_origins_agree_with_it(stage: Stage) -> None:
    here = stage.variables("webui", stage.tasks["webui"].main)
    assert here["WEBUI_URL"] == f"http://localhost:{PORT}"
    assert here["WEBUI_URL"] in here["CORS_ALLOW_ORIGIN"].split(";")


def test_the_gateway_is_called_where_the_stack_calls_it(tmp_path: Path) -> None:
    for stack in STACKS:
        stage = stage_of(stack, tmp_path)
        url = stage.variables("webui", stage.tasks["webui"].main)["OPENAI_API_BASE_URL"]
        direct = stage.variables("gateway", stage.tasks["gateway"].main)["PORT"]
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/api/v1", url)
        assert (f":{direct}/" in url) == (stack == "public"), "only Service Connect goes past the load balancer"


def test_the_cache_keeps_its_password() -> None:
    stage = stage_of("dev", Path("/data"))
    recorded, here = changes(stage, "webui")["REDIS_URL"]
    assert recorded is not None
    assert here.split("@")[0] == recorded.split("@")[0].replace("rediss", "redis")
