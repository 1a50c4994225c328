"""What a page calls by its name exists: config keys, files, outputs, environment variables."""

import re
import subprocess
from pathlib import Path

import pytest

from scripts import config_table
from tests.support import pages
from tests.support.pages import inline
from tests.support.program import ROOT, plan

TRACKED = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
CODE = re.compile(r"(\.(py|ya?ml|toml|txt|sh)|Makefile)$")


def parts(key: str) -> set[str]:
    """The ways to call a key: whole, or without what is before or behind, such as `scaling.min`."""
    segments = key.split(".")
    count = range(len(segments) + 1)
    return {".".join(segments[start:end]) for start in count for end in count if start < end}


def called() -> set[str]:
    """Every way to call a key of the stack's file, with `*` for a name of one's own."""
    keys = config_table.keys()
    common = [key for key in keys if key.startswith("<app>.")]
    apps = ("webui", "gateway", "services.*", "companions.*")
    keys += [key.replace("<app>", app) for key in common for app in apps]
    return {part for key in keys for part in parts(key)}


CALLED = called()
VARIABLES = {
    word
    for file in TRACKED
    if CODE.search(file) and not file.startswith("tests/")
    for word in re.findall(r"[A-Z][A-Z0-9_]+", (ROOT / file).read_text())
}
"""Words in capitals of the program, of Open WebUI's list of variables and of the commands."""

each_page = pytest.mark.parametrize("page", pages.PAGES, ids=pages.name)


@each_page
def test_every_config_key_exists(page: Path) -> None:
    for text in inline(page.read_text()):
        key = re.fullmatch(r"([a-z]\w+|<\w+>)((?:\.(?:\w+|<\w+>))+)(?:: .*)?", text)
        if key and key[1] in CALLED:
            # What is below a map of variables is Open WebUI's word.
            told = re.sub(r"\.(env|secrets)\.\w+$", r".\1", re.sub(r"<(?!app)\w+>", "*", key[1] + key[2]))
            assert told in CALLED, text


@each_page
def test_every_path_exists(page: Path) -> None:
    top = {file.partition("/")[0] for file in TRACKED if "/" in file}
    for text in inline(page.read_text()):
        path = re.match(r"([\w.-]+/[\w./*-]*)(?:::|$)", text)
        if path and path[1].partition("/")[0] in top:
            assert path[1] in TRACKED or any(ROOT.glob(path[1].rstrip("/"))), text


@each_page
def test_every_module_and_page_is_one_of_the_repository(page: Path) -> None:
    known = {Path(file).name for file in TRACKED}
    assert {text for text in inline(page.read_text()) if re.fullmatch(r"[\w-]+\.(py|md|toml)", text)} <= known


@each_page
def test_every_output_that_a_command_reads_is_exported(page: Path) -> None:
    assert set(re.findall(r"outputs (?:STACK=\w+ )?ARGS=\"?([A-Z]\w+)", page.read_text())) <= plan().outputs.keys()


def test_readme_lists_exactly_the_outputs() -> None:
    table = (ROOT / "README.md").read_text().partition("\n## Outputs\n")[2].partition("\n## ")[0]
    listed = [name for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE) for name in inline(row)]
    assert sorted(listed) == sorted(plan().outputs)


@each_page
def test_every_environment_variable_is_one_that_something_reads(page: Path) -> None:
    text = page.read_text()
    in_commands = set(re.findall(r"\b[A-Z_]+\b", " ".join(pages.blocks(text))))
    for name in re.findall(r"\b([A-Z][A-Z0-9]*_[A-Z0-9_]+)(?![*\w])", " ".join(inline(text))):
        assert name in VARIABLES | in_commands, name


def test_the_map_of_the_folders_has_each_that_holds_code() -> None:
    table = (ROOT / "CONTRIBUTING.md").read_text().partition("\n## Where things are\n")[2].partition("\n## ")[0]
    told = set(re.findall(r"^\| `(\w+)/` \|", table, re.MULTILINE))
    assert told == {file.partition("/")[0] for file in TRACKED if re.match(r"\w+/.*\.py$", file)} - {"tests"}
