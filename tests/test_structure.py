"""The house stands as the design draws it: imports point one way, and the type checker reads what the code uses."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pulumi_aws
import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "apps": {"aws_rules", "components", "containers", "gateway_engines", "health", "problems", "settings"},
    "aws_rules": set[str](),
    "components": {"aws_rules"},
    "containers": set[str](),
    "gateway_engines": {"aws_rules"},
    "health": set[str](),
    "live": {"aws_rules", "offline", "problems"},
    "offline": {"aws_rules", "gateway_engines", "policy", "problems"},
    "package": {"components", "problems"},
    "policy": {"aws_rules"},
    "problems": {"aws_rules"},
    "scan": {"offline", "problems"},
    "scripts": {"aws_rules", "containers", "health", "offline", "problems", "settings"},
    "settings": {"aws_rules", "gateway_engines", "problems"},
}
"""Folder: the other folders of this project that it may import from."""
ROOMS = {
    "offline": {
        "__main__": {"bench", "cost", "diagram", "difference", "engine", "plan", "stack_files"},
        "bench": {"engine", "plan", "table"},
        "cost": {"engine", "services", "table"},
        "diagram": {"engine", "plan", "services"},
        "difference": {"engine", "stack_files"},
        "engine": {"stack_files"},
        "plan": {"cost", "engine", "services", "table"},
        "services": {"engine"},
        "stack_files": {"cli_yaml"},
        "cli_yaml": set[str](),
        "table": set[str](),
    },
    "components": {
        "ecs_app_service": {"cluster", "observability", "support"},
        "file_system": {"ecs_app_service", "support"},
        "support": set[str](),
        "*": {"support"},
    },
}
"""Folder, then each package or file in it: those beside it that it may import from; `*` is each that is not named."""
MOST_LINES_OF_MAIN = 60


def files(*folders: str) -> Iterator[Path]:
    """Every Python file in the folders."""
    return (file for folder in folders for file in (ROOT / folder).rglob("*.py") if ".venv" not in file.parts)


def modules(file: Path) -> Iterator[str]:
    """What a file imports, `package.module` and `package.module.name` alike."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imported(folder: str) -> set[str]:
    """The packages that a folder's files import."""
    return {module.partition(".")[0] for file in files(folder) for module in modules(file)}


def rooms(folder: str) -> dict[str, set[str]]:
    """Each package or file of a folder, and the others in the folder that it imports from."""
    inside = (file for file in files(folder) if file != ROOT / folder / "__init__.py")
    room_of = {file: file.relative_to(ROOT / folder).parts[0].removesuffix(".py") for file in inside}
    imports = {room: set[str]() for room in room_of.values()}
    for file, room in room_of.items():
        named = {module.split(".")[1] for module in modules(file) if module.startswith(f"{folder}.")}
        imports[room] |= named & imports.keys() - {room}
    return imports


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_imports_point_one_way(folder: str) -> None:
    assert (imported(folder) & MAY_IMPORT.keys()) - {folder} <= MAY_IMPORT[folder]


@pytest.mark.parametrize("folder", ROOMS)
def test_the_rooms_of_a_folder_import_each_other_as_drawn_and_in_no_circle(folder: str) -> None:
    drawn, found = ROOMS[folder], rooms(folder)
    TopologicalSorter(found).prepare()
    assert drawn.keys() - {"*"} <= found.keys()
    allowed = {room: drawn.get(room, drawn.get("*", set())) for room in found}
    assert {room: imports - allowed[room] for room, imports in found.items() if imports - allowed[room]} == {}


def test_rules_of_aws_know_no_pulumi_and_settings_no_resource() -> None:
    assert "pulumi" not in imported("aws_rules")
    assert "pulumi_aws" not in imported("aws_rules") | imported("settings")


def test_problems_can_be_told_by_python_alone() -> None:
    assert imported("problems") - {"problems", "aws_rules"} <= sys.stdlib_module_names
    assert imported("aws_rules") - {"aws_rules"} <= sys.stdlib_module_names


def test_main_is_a_table_of_contents() -> None:
    main = (ROOT / "__main__.py").read_text()
    advice = "what decides goes to apps/; a part that one component alone uses is made by that component"
    assert len(main.splitlines()) <= MOST_LINES_OF_MAIN, advice
    assert "aws." not in main


def test_mypy_reads_the_aws_services_that_the_code_uses_and_no_other() -> None:
    overrides = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]["overrides"]
    (read,) = [override["module"] for override in overrides if override.get("follow_imports") == "normal"]
    package = Path(pulumi_aws.__path__[0])
    used = {name for file in files(*MAY_IMPORT, "tests") for name in re.findall(r"\baws\.([a-z]\w+)", file.read_text())}
    services = {name for name in used if (package / name).is_dir()}
    functions = {name for name in used if (package / f"{name}.py").is_file()}
    own = {"config", "provider"}  # of pulumi_aws itself
    assert {module.split(".")[1] for module in read if module.endswith(".*")} - own == services - own
    assert {module.split(".")[1] for module in read if ".get_" in module} == functions - own
