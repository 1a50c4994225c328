"""The house stands as the design draws it: imports point one way, and the type checker reads what the code uses."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pulumi_aws
import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "apps": {"aws_rules", "components", "problems", "settings"},
    "aws_rules": set[str](),
    "components": {"aws_rules"},
    "containers": set[str](),
    "live": {"aws_rules", "offline", "problems"},
    "offline": {"policy", "problems"},
    "package": {"components", "problems"},
    "policy": set[str](),
    "problems": {"aws_rules"},
    "scan": {"offline", "problems"},
    "scripts": {"offline", "problems", "settings"},
    "settings": {"aws_rules", "problems"},
}
"""Folder: the other folders of this project that it may import from."""
MOST_LINES_OF_MAIN = 60


def sources(*folders: str) -> Iterator[str]:
    """The text of every Python file in the folders."""
    for folder in folders:
        for file in (ROOT / folder).rglob("*.py"):
            if ".venv" not in file.parts:
                yield file.read_text()


def imported(folder: str) -> set[str]:
    """The packages that a folder's files import."""
    found = set()
    for node in (node for text in sources(folder) for node in ast.walk(ast.parse(text))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_imports_point_one_way(folder: str) -> None:
    assert (imported(folder) & MAY_IMPORT.keys()) - {folder} <= MAY_IMPORT[folder]


def test_rules_of_aws_know_no_pulumi_and_settings_no_resource() -> None:
    assert "pulumi" not in imported("aws_rules")
    assert "pulumi_aws" not in imported("aws_rules") | imported("settings")


def test_problems_can_be_told_by_python_alone() -> None:
    assert imported("problems") - {"problems", "aws_rules"} <= sys.stdlib_module_names
    assert imported("aws_rules") - {"aws_rules"} <= sys.stdlib_module_names


def test_main_is_a_table_of_contents() -> None:
    main = (ROOT / "__main__.py").read_text()
    assert len(main.splitlines()) <= MOST_LINES_OF_MAIN
    assert "aws." not in main


def test_mypy_reads_the_aws_services_that_the_code_uses_and_no_other() -> None:
    overrides = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]["overrides"]
    (read,) = [override["module"] for override in overrides if override.get("follow_imports") == "normal"]
    package = Path(pulumi_aws.__path__[0])
    used = {name for text in sources(*MAY_IMPORT, "tests") for name in re.findall(r"\baws\.([a-z]\w+)", text)}
    services = {name for name in used if (package / name).is_dir()}
    functions = {name for name in used if (package / f"{name}.py").is_file()}
    own = {"config", "provider"}  # of pulumi_aws itself
    assert {module.split(".")[1] for module in read if module.endswith(".*")} - own == services - own
    assert {module.split(".")[1] for module in read if ".get_" in module} == functions - own
