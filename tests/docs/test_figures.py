"""A figure that a page copies from the code is the code's."""

import subprocess

import pytest
import yaml

import settings
from aws_rules import models, names
from containers import webui_application, webui_serve
from gateway_engines import access_gateway, litellm
from tests.support.program import GATEWAY_IMAGE, ROOT

PARSED = settings.parse({"gateway": {"image": GATEWAY_IMAGE}})
CHANGES = len(yaml.safe_load((ROOT / "tests/engine/changes.yaml").read_text())["changes"])
WEBUI_PATHS = (ROOT / "settings/open_webui_paths.txt").read_text().split("\n/api/v1/")
ACCESS, LITELLM = access_gateway.ENGINE, litellm.ENGINE

FIGURES = {
    "README.md": [
        f"<br/>{PARSED.webui.scaling.min} to {PARSED.webui.scaling.max} tasks",
        f"<br/>{PARSED.gateway.scaling.min} to {PARSED.gateway.scaling.max} tasks",
        f"more than {CHANGES // 10 * 10} changes",
    ],
    "docs/decisions/data-tier.md": [f"({models.vector_length('amazon.titan-embed-text-v2:0')} for Titan v2)"],
    "docs/decisions/gateway.md": [
        f"{len(models.ACCESS_GATEWAY_EMBEDDINGS)} embedding models",
        f"{ACCESS.memory_at_rest} MiB | {LITELLM.memory_at_rest} MiB, 473",
        f"LiteLLM {litellm.VERSION}, Bedrock a stand-in",
        f"{PARSED.gateway.processes} in {PARSED.gateway.memory} MiB",
        f"{ACCESS.requests_per_worker} requests a minute for each process make further tasks start; "
        f"with LiteLLM {LITELLM.requests_per_worker}",
    ],
    "docs/decisions/names.md": [f"{names.TARGET_GROUP} characters for load balancers and target groups"],
    "docs/decisions/rollout.md": [
        f"at most {webui_application.ANSWERS_END} of the 120 seconds",
        f"for {webui_serve.NOBODY_ELSE} seconds",
    ],
    "docs/decisions/routing.md": [f"more than {len(WEBUI_PATHS) // 100}00 paths"],
}


@pytest.mark.parametrize(("page", "told"), [(page, told) for page, rows in FIGURES.items() for told in rows])
def test_a_figure_is_the_codes(page: str, told: str) -> None:
    assert told in " ".join((ROOT / page).read_text().split())


def test_readme_tells_how_the_lines_of_python_are_shared_out() -> None:
    files = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    lines = {file: len((ROOT / file).read_text().splitlines()) for file in files.split()}

    def tenths(*folders: str) -> int:
        counted = sum(count for file, count in lines.items() if file.startswith(folders))
        return round(10 * counted / sum(lines.values()))

    told = (ROOT / "README.md").read_text().partition("## Why the tree has this size")[2]
    assert "five are tests. The program itself is two: " in told
    assert (tenths("tests/"), tenths("settings/", "apps/", "components/", "aws_rules/")) == (5, 2)
    assert tenths("offline/", "scan/", "policy/") == 1
