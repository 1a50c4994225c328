"""The documents' commands exist, and what takes an account says so."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "UPGRADING.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
VARIABLES = set(re.findall(r"\$\(([A-Z_]+)\)|\$\(if \$\(([A-Z_]+)", MAKEFILE))

PULUMI = {"cancel", "config", "import", "install", "login", "logout", "package", "preview", "refresh", "stack", "up"}
"""Subcommands of the Pulumi CLI that a document may name."""

NEED_AN_ACCOUNT = {
    "preview",
    "up",
    "refresh",
    "destroy",
    "outputs",
    "verify",
    "open",
    "logs",
    "shell",
    "push-image",
    "redeploy",
}
"""Targets that sign in to AWS."""

ACCOUNT = re.compile(r"\baccounts?\b|\bsign(ed)? in\b", re.IGNORECASE)

each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


def blocks(text: str) -> list[str]:
    """The fenced blocks of commands."""
    return re.findall(r"^ *```sh\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)


def commands(text: str) -> list[str]:
    """The lines of all fenced blocks of commands, and what stands between backticks."""
    lines = [line.partition("#")[0].strip() for block in blocks(text) for line in block.splitlines()]
    without_blocks = re.sub(r"^ *```.*?^ *```", "", text, flags=re.DOTALL | re.MULTILINE)
    return [line for line in lines if line] + re.findall(r"`([^`\n]+)`", without_blocks)


def paragraph_before(text: str, block: str) -> str:
    """What introduces a block: the paragraph above it, which may be the heading."""
    return text[: text.index(block)].rsplit("```sh", 1)[0].rstrip().rsplit("\n\n", 1)[-1]


def targets_of(command: str) -> list[str]:
    return re.findall(r"\bmake ([a-z][a-z-]*)", command)


@each_document
def test_every_make_command_names_a_target(document: Path) -> None:
    named = {target for command in commands(document.read_text()) for target in targets_of(command)}
    assert named - TARGETS == set()


@each_document
def test_every_make_command_sets_only_variables_that_the_makefile_reads(document: Path) -> None:
    known = {name for pair in VARIABLES for name in pair} | {"PYTHON"}
    for command in commands(document.read_text()):
        if command.startswith("make "):
            assert set(re.findall(r"\b([A-Z_]+)=", command)) <= known, command


@each_document
def test_every_pulumi_command_is_one_that_the_project_knows(document: Path) -> None:
    for command in commands(document.read_text()):
        through_make = re.match(r"make pulumi.* ARGS=\"(\w+)", command)
        called = through_make or re.match(r"pulumi ([a-z]+)", command)
        assert not called or called[1] in PULUMI, command


@each_document
def test_commands_that_take_an_account_say_so(document: Path) -> None:
    text = document.read_text()
    for block in blocks(text):
        takes_one = any(set(targets_of(line)) & NEED_AN_ACCOUNT for line in block.splitlines())
        if takes_one or re.search(r"^(aws|gh) ", block, re.MULTILINE):
            assert ACCOUNT.search(block + paragraph_before(text, block)), block


def test_the_documents_are_found() -> None:
    names = {str(path.relative_to(ROOT)) for path in DOCUMENTS}
    assert {"README.md", "CONTRIBUTING.md", "docs/workflows.md", "docs/decisions/names.md"} <= names
    assert blocks((ROOT / "README.md").read_text())


@each_document
def test_links_within_the_repository_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", document.read_text()):
        assert (document.parent / target).exists(), target


def test_decisions_are_listed_and_tell_the_same_four_things() -> None:
    folder = ROOT / "docs/decisions"
    pages = {path.name for path in folder.glob("*.md")} - {"README.md"}
    assert pages == set(re.findall(r"\]\(([\w-]+\.md)\)", (folder / "README.md").read_text()))
    for page in pages:
        headings = re.findall(r"^## (.*)", (folder / page).read_text(), re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequences", "How to get out"]


def test_commits_run_the_commands_that_ci_runs() -> None:
    hooks = (ROOT / ".pre-commit-config.yaml").read_text()
    entries = re.findall(r"entry: make (\S+)", hooks)
    test = re.search(r"^test: (.*?) ##", MAKEFILE, re.MULTILINE)
    assert test
    assert entries == test[1].split()[:2]
