"""The documents' commands exist, and what takes an account says so."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.support import aws_cli, makefile, pages
from tests.support.pages import blocks, commands, inline
from tests.support.program import ROOT

PULUMI = {"cancel", "config", "import", "install", "login", "logout", "new", "package", "policy", "preview", "refresh"}
PULUMI |= {"stack", "up"}
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

each_document = pytest.mark.parametrize("document", pages.PAGES, ids=pages.name)


def paragraph_before(text: str, block: str) -> str:
    """What introduces a block: the paragraph above it, which may be the heading."""
    return text[: text.index(block)].rsplit("```sh", 1)[0].rstrip().rsplit("\n\n", 1)[-1]


def targets_of(command: str) -> list[str]:
    return re.findall(r"\bmake ([a-z][a-z-]*)", command)


@each_document
def test_every_make_command_names_a_target(document: Path) -> None:
    named = {target for command in commands(document.read_text()) for target in targets_of(command)}
    assert named - set(makefile.TARGETS) == set()


@each_document
def test_every_make_command_sets_only_variables_that_its_recipe_reads(document: Path) -> None:
    for command in commands(document.read_text()):
        for target, variables in re.findall(
            r"\bmake ([a-z][a-z-]*)((?: [A-Z_]+=(?:\"[^\"]*\"|'[^']*'|\S*))*)", command
        ):
            assert set(re.findall(r" ([A-Z_]+)=", variables)) <= makefile.reads(target), command


@each_document
def test_every_pulumi_command_is_one_that_the_project_knows(document: Path) -> None:
    for command in commands(document.read_text()):
        through_make = re.match(r"make pulumi.* ARGS=\"(\w+)", command)
        called = through_make or re.match(r"pulumi ([a-z]+)", command)
        assert not called or called[1] in PULUMI, command


@each_document
def test_every_aws_command_exists_with_every_option_and_lacks_none(document: Path) -> None:
    text = document.read_text()
    for command in aws_cli.calls("\n".join(blocks(text))):
        assert aws_cli.faults(command) == [], command
    for command in aws_cli.calls("\n".join(inline(text))):
        assert [fault for fault in aws_cli.faults(command) if fault.startswith("unknown")] == [], command


@each_document
def test_a_block_is_bash(document: Path) -> None:
    for block in re.findall(r"```bash\n(.*?)```", document.read_text(), re.DOTALL):
        done = subprocess.run(["bash", "-n"], input=block, text=True, capture_output=True, check=False)
        assert done.stderr == ""


@each_document
def test_commands_that_take_an_account_say_so(document: Path) -> None:
    text = document.read_text()
    for block in re.findall(r"^ *```sh\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE):
        takes_one = any(set(targets_of(line)) & NEED_AN_ACCOUNT for line in block.splitlines())
        if takes_one or re.search(r"^(aws|gh) ", block, re.MULTILINE):
            assert ACCOUNT.search(block + paragraph_before(text, block)), block


def test_the_documents_are_found() -> None:
    names = {pages.name(page) for page in pages.PAGES}
    assert {"README.md", "CONTRIBUTING.md", "docs/workflows.md", "docs/decisions/names.md"} <= names
    assert blocks((ROOT / "README.md").read_text())


@each_document
def test_links_within_the_repository_lead_somewhere(document: Path) -> None:
    for target, anchor in re.findall(r"\]\(([^)#:\s]*)(?:#([^)]*))?\)", document.read_text()):
        page = document.parent / target if target else document
        assert page.exists(), target
        assert not anchor or anchor in anchors(page.read_text()), f"{target}#{anchor}"


def anchors(text: str) -> set[str]:
    """Those that GitHub gives a page's headings."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


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
    assert entries == makefile.prerequisites("test")[:2]
