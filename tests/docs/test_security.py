"""docs/security.md names tests that exist, and leaves out no control, exception or wildcard."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

import scan
from apps.hardening import HARDENING
from policy.policies.iam import UNAVOIDABLE
from settings.reserved_env import RESERVED_ENV
from tests.support.component_variants import recorded

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "security.md").read_text()
NODE_IDS = sorted(set(re.findall(r"tests/[\w/]+\.py::\w+(?:\[[^\]`]+\])?", TEXT)))

_NUMBERS = {
    "ECS": (2, 3, 4, 5, 8, 9, 10, 12, 13, 14, 15, 17, 18, 20),
    "ELB": (1, 4, 5, 6, 12, 13, 16, 17, 18, 21, 22),
    "EFS": (1, 2, 3, 4, 6, 7, 8),
    "EC2": (2, 6, 13, 14, 15, 16, 18, 19, 21, 55, 56, 172),
    "IAM": (1, 21),
    "KMS": (1, 2, 3, 4, 5),
    "SecretsManager": (1, 3, 4),
    "CloudWatch": (15, 16, 17),
    "RDS": (2, 6, 7, 12, 13, 15, 16, 19, 22, 23, 24, 27, 35, 37, 46, 50),
    "ElastiCache": (1, 2, 3, 4, 5, 6, 7),
    "S3": (1, 2, 3, 5, 6, 8, 9, 10, 11, 12, 13, 17),
    "SNS": (1, 4),
    "Backup": (1,),
    "WAF": (10, 11, 12),
    "ECR": (1, 2, 3),
    "ACM": (1, 2),
    "Bedrock": (1,),
}
CONTROLS = [f"{service}.{number}" for service, numbers in _NUMBERS.items() for number in numbers]
"""What AWS Security Hub asks of resources such as this program makes."""


@cache
def module(path: str) -> ast.Module:
    return ast.parse((ROOT / path).read_text())


@pytest.mark.parametrize("node_id", NODE_IDS)
def test_every_named_test_exists(node_id: str) -> None:
    path, function = node_id.split("::")
    name, _, parameter = function.rstrip("]").partition("[")
    assert (ROOT / path).is_file()
    nodes = list(ast.walk(module(path)))
    assert name in {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
    texts = {node.value for node in nodes if isinstance(node, ast.Constant)}
    rows = [f"\n{file.read_text()}" for file in (ROOT / path).parent.glob("*.yaml")]
    assert not parameter or parameter in texts or any(f"\n{parameter}:" in row for row in rows)


@pytest.mark.parametrize("control", CONTROLS)
def test_every_control_is_met_or_an_exception(control: str) -> None:
    first_cells = [line.split("|")[1] for line in TEXT.splitlines() if line.startswith("| ")]
    assert any(re.search(rf"\b{re.escape(control)}\b", cell) for cell in first_cells)


def test_every_line_of_a_table_of_controls_names_a_test() -> None:
    controls = TEXT[TEXT.index("## Controls") : TEXT.index("## Wildcard")]
    lines = [line for line in controls.splitlines() if re.match(r"\| [A-Z]", line) and "| Control |" not in line]
    assert len(lines) > 50
    assert [line for line in lines if "::test_" not in line] == []


def test_every_accepted_finding_is_explained() -> None:
    accepted = scan.load_exceptions(scan.EXCEPTIONS.read_text())
    exceptions = TEXT[TEXT.index("## Exceptions") :]
    assert [entry.check for entry in accepted if entry.check not in exceptions] == []


def test_no_finding_is_explained_that_is_not_accepted() -> None:
    accepted = {entry.check for entry in scan.load_exceptions(scan.EXCEPTIONS.read_text())}
    assert set(re.findall(r"CKV2?_AWS_\d+", TEXT)) == accepted


def test_every_wildcard_is_explained() -> None:
    wildcards = TEXT[TEXT.index("## Wildcard") : TEXT.index("## Exceptions")]
    assert set(re.findall(r"^\| `(\w+)`", wildcards, re.MULTILINE)) == UNAVOIDABLE.keys()


def test_every_variable_that_hardens_open_webui_is_told_with_value_and_reason() -> None:
    rows = [
        f"| `{name}` | `{one.value}`{' with HTTPS' if one.only_with_https else ''} | {one.reason} | "
        f"{'no' if name in RESERVED_ENV else 'yes'} |"
        for name, one in HARDENING.items()
    ]
    section = TEXT[TEXT.index("## Hardening") : TEXT.index("## Where secrets are")]
    assert [line for line in section.splitlines() if line.startswith("| `")] == rows


def test_every_value_that_a_stack_generates_is_told_under_its_name() -> None:
    made = {
        resource.name
        for variant in ("secrets all generated", "data tier with everything")
        for resource in recorded(variant).resources
        if resource.type.endswith(":RandomPassword")
    }
    assert set(re.findall(r"^\| [^|]+, `([\w-]+-value)` \| the stack", TEXT, re.MULTILINE)) == made
