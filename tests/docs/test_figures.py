"""A figure that a page copies from the code is the code's."""

import re
import subprocess
from math import ceil

import pytest
import yaml

import settings
from apps import open_webui, verified
from aws_rules import database, listener_rules, models, names, residency
from components import budget, file_system
from containers import gateway_user_limits, webui_application, webui_serve
from gateway_engines import access_gateway, litellm
from health import before_upgrade
from live import installation
from offline.cost import prices
from scripts import tunnel
from settings.apps import WEBUI_IMAGE
from settings.companions import presets
from settings.rules import warnings_models
from settings.sign_in import CognitoSettings, SsoSettings
from tests.support import pages
from tests.support.program import GATEWAY_IMAGE, ROOT

PARSED = settings.parse({"gateway": {"image": GATEWAY_IMAGE}})
WEBUI, GATEWAY = PARSED.webui, PARSED.gateway
ACCESS, LITELLM = access_gateway.ENGINE, litellm.ENGINE
CHANGES = len(yaml.safe_load((ROOT / "tests/engine/changes.yaml").read_text())["changes"])
WEBUI_PATHS = (ROOT / "settings/open_webui_paths.txt").read_text().split("\n/api/v1/")
PRICES = prices.prices_in("us-east-1")
PASSWORD = CognitoSettings.model_fields["password_length"].default
(LAST_RULE,) = listener_rules.plan([listener_rules.ServiceRoute(service="wiki", hosts=("*.example.com",))])
"""On a listener of somebody else each rule has a host, and none is less specific than this one."""
SHARES = {name: f"{share:.0%}".replace("%", " %") for name, share in PRICES.assumed.items() if name.endswith("_share")}

FIGURES = {
    "README.md": [
        f"<br/>{WEBUI.scaling.min} to {WEBUI.scaling.max} tasks",
        f"<br/>{GATEWAY.scaling.min} to {GATEWAY.scaling.max} tasks",
        f"more than {CHANGES // 10 * 10} changes",
        f"`http://localhost:{tunnel.WEBUI_PORT}`",
    ],
    "docs/decisions/data-tier.md": [
        f"({models.vector_length('amazon.titan-embed-text-v2:0')} for Titan v2)",
        f"uid and gid {file_system.USER_ID}",
        f"minimum of {PARSED.database.min_capacity} capacity units",
    ],
    "docs/decisions/gateway.md": [
        f"{len(models.ACCESS_GATEWAY_EMBEDDINGS)} embedding models",
        f"{ACCESS.memory_at_rest} MiB | {LITELLM.memory_at_rest} MiB, 473",
        f"LiteLLM {litellm.VERSION}, Bedrock a stand-in",
        f"{GATEWAY.processes} in {GATEWAY.memory} MiB",
        f"{ACCESS.requests_per_worker} requests a minute for each process make further tasks start; "
        f"with LiteLLM {LITELLM.requests_per_worker}",
    ],
    "docs/decisions/names.md": [f"{names.TARGET_GROUP} characters for load balancers and target groups"],
    "docs/decisions/rollout.md": [
        f"at most {webui_application.ANSWERS_END} of the 120 seconds",
        f"for {webui_serve.NOBODY_ELSE} seconds",
    ],
    "docs/decisions/routing.md": [f"more than {len(WEBUI_PATHS) // 100}00 paths"],
    "docs/landing-zone.md": [
        f"an idle timeout of {settings.CLIENT_TIMEOUT_SECONDS} seconds",
        f"a load balancer takes {listener_rules.MAX_RULES}",
        f"Open WebUI's {open_webui.PORT}",
        f"between 1 and {ceil(LAST_RULE.priority / 1000):,},000",
    ],
    "docs/models.md": [
        f"ends within {warnings_models.NOTICE_DAYS} days",
        f"older than {warnings_models.OLD_TABLE_DAYS} days",
        *(f"`{region}` | in a region of" for region in residency.GEOGRAPHIES if region != residency.REGION),
    ],
    "docs/operations.md": [
        f"waits up to {verified.WAIT // 60} minutes",
        f"`make up` waits {verified.WAIT // 60} minutes",
        f"muted for {before_upgrade.MUTED_FOR.seconds // 60} minutes",
        f"the others wait {open_webui.LONGEST_MIGRATION} seconds",
        f"waits {settings.CLIENT_TIMEOUT_SECONDS} seconds between two bytes",
        f"{GATEWAY.processes} workers in {GATEWAY.memory} MiB",
        f"Give them to user {file_system.USER_ID}",
        f"http://localhost:{tunnel.WEBUI_PORT}",
    ],
    "docs/services.md": [
        f"| `{name}` | {'ws' if name == 'playwright' else 'http'}://{name}:{one['service']['port']}"
        f"{'/<server>' if name == 'mcpo' else ''} | {one.get('internet', 'nothing')} |"
        for name, one in presets().items()
    ],
    "docs/spending.md": [
        f"older than {prices.OLD_DAYS} days",
        f"users x messages x tokens x {PRICES.days:.1f} days | {SHARES['tokens_output_share']} |",
        f"{SHARES['tokens_task_share']} as many | {SHARES['tokens_task_output_share']} |",
        f"{SHARES['tokens_embedded_share']} as many | none |",
        "when {} % and {} % are spent".format(*budget.SPENT),
        f"amount to {budget.UNUSUAL} % of the budget",
        f"day of UTC, for {gateway_user_limits.KEPT // 86_400} days",
    ],
    "docs/security.md": [f"Passwords of {PASSWORD} characters"],
    "docs/sign-in.md": [
        f"a password has {PASSWORD} characters",
        f"`sessionHours`, {SsoSettings.model_fields['session_hours'].default} by default",
    ],
    "docs/try.md": [f"Python {' or '.join(sorted(installation.PYTHONS))}"],
}


@pytest.mark.parametrize(("page", "told"), [(page, told) for page, rows in FIGURES.items() for told in rows])
def test_a_figure_is_the_codes(page: str, told: str) -> None:
    assert told in " ".join((ROOT / page).read_text().split())


def test_the_connections_of_given_databases_serve_as_many_tasks_as_they_are_told_to() -> None:
    text = " ".join((ROOT / "docs/landing-zone.md").read_text().split())
    assert "at most 45, and a deployment doubles the tasks: `max_connections` of 120 serves one task, 500 five" in text
    assert [database.pools(tasks, limit).connections for tasks, limit in ((1, 120), (5, 500))] == [45, 45]
    assert "more than 10 tasks of Open WebUI on 1 ACU" in " ".join((ROOT / "UPGRADING.md").read_text().split())
    assert database.pools(10, database.max_connections(0.5, 1)).connections > 0
    with pytest.raises(ValueError, match="too few for 11 tasks"):
        database.pools(11, database.max_connections(0.5, 1))


def test_every_geography_is_told_with_its_profiles() -> None:
    section = (ROOT / "docs/models.md").read_text().partition("## Where answers are computed")[2]
    rows = dict(re.findall(r"^\| `(\w+)` \|[^|]+\| (.*?) \|", section, re.MULTILINE))
    told = {name: set(re.findall(r"`([\w-]+)\.`", cell)) for name, cell in rows.items()}
    assert told == {name: set(prefixes) for name, prefixes in residency.GEOGRAPHIES.items()}


def test_every_workflow_is_told_and_no_other() -> None:
    told = re.findall(r"^\| `([\w-]+)` \|", (ROOT / "docs/workflows.md").read_text(), re.MULTILINE)
    assert sorted(told) == sorted(file.stem for file in (ROOT / ".github/workflows").glob("*.yml"))


def test_what_is_said_of_a_version_of_open_webui_is_said_of_the_one_that_runs() -> None:
    for page in pages.PAGES:
        if "decisions" not in page.parts and page.name not in {"CHANGELOG.md", "runs.md"}:
            told = re.findall(r"Open WebUI(?:'s)? (\d+\.\d+\.\d+)", " ".join(page.read_text().split()))
            assert {f"ghcr.io/open-webui/open-webui:v{version}" for version in told} <= {WEBUI_IMAGE}, page


def test_readme_tells_how_the_lines_of_python_are_shared_out() -> None:
    files = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    lines = {file: len((ROOT / file).read_text().splitlines()) for file in files.split()}

    def tenths(*folders: str) -> int:
        counted = sum(count for file, count in lines.items() if file.startswith(folders))
        return round(10 * counted / sum(lines.values()))

    told = (ROOT / "README.md").read_text().partition("## How large the code is")[2]
    assert "five are tests. The program itself is two: " in told
    assert (tenths("tests/"), tenths("settings/", "apps/", "components/", "aws_rules/")) == (5, 2)
    assert tenths("offline/", "scan/", "policy/") == 1
