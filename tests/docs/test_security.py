"""docs/security.md names tests that exist, and leaves out no control, exception or wildcard."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from aws_rules import iam
from offline import scan

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "security.md").read_text()
NODE_IDS = sorted(set(re.findall(r"tests/[\w/]+\.py::\w+(?:\[[^\]`]+\])?", TEXT)))

CONTROLS = (
    "ECS.2 ECS.3 ECS.4 ECS.5 ECS.8 ECS.9 ECS.10 ECS.12 ECS.13 ECS.14 ECS.15 ECS.17 ECS.18 ECS.20 "
    "ELB.1 ELB.4 ELB.5 ELB.6 ELB.12 ELB.13 ELB.16 ELB.17 ELB.18 ELB.21 ELB.22 "
    "EFS.1 EFS.2 EFS.3 EFS.4 EFS.6 EFS.7 EFS.8 "
    "EC2.2 EC2.6 EC2.13 EC2.14 EC2.15 EC2.16 EC2.18 EC2.19 EC2.21 EC2.55 EC2.56 EC2.172 "
    "IAM.1 IAM.21 KMS.1 KMS.2 KMS.3 KMS.4 KMS.5 SecretsManager.1 SecretsManager.3 SecretsManager.4 "
    "CloudWatch.15 CloudWatch.16 CloudWatch.17 "
    "RDS.2 RDS.6 RDS.7 RDS.12 RDS.13 RDS.15 RDS.16 RDS.19 RDS.22 RDS.23 RDS.24 RDS.27 RDS.35 RDS.37 RDS.46 RDS.50 "
    "ElastiCache.1 ElastiCache.2 ElastiCache.3 ElastiCache.4 ElastiCache.5 ElastiCache.6 ElastiCache.7 "
    "S3.1 S3.2 S3.3 S3.5 S3.6 S3.8 S3.9 S3.10 S3.11 S3.12 S3.13 S3.17 SNS.1 SNS.4 Backup.1 "
    "WAF.10 WAF.11 WAF.12 ECR.1 ECR.2 ECR.3 ACM.1 ACM.2 Bedrock.1"
).split()
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
    assert not parameter or parameter in texts


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
    assert set(re.findall(r"^\| `(\w+)`", wildcards, re.MULTILINE)) == set(iam.UNAVOIDABLE_WILDCARDS)
