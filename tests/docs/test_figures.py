"""A figure that a page copies from the code is the code's."""

import subprocess

import pytest
import yaml

import settings
from tests.support.program import GATEWAY_IMAGE, ROOT

PARSED = settings.parse({"gateway": {"image": GATEWAY_IMAGE}})
CHANGES = len(yaml.safe_load((ROOT / "tests/engine/changes.yaml").read_text())["changes"])

FIGURES = {
    "README.md": [
        f"<br/>{PARSED.webui.scaling.min} to {PARSED.webui.scaling.max} tasks",
        f"<br/>{PARSED.gateway.scaling.min} to {PARSED.gateway.scaling.max} tasks",
        f"more than {CHANGES // 10 * 10} changes",
    ],
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
