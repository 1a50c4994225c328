"""The Makefile is the list of this project's commands, and sets up what they need."""

import os
import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from scripts import session, stack, users, verify
from tests.support import makefile
from tests.support.program import ROOT


def make(*words: str, folder: Path = ROOT, environment: Mapping[str, str] | None = None) -> str:
    """Run make as from a shell of its own: not as a part of the `make test` that runs this."""
    others = ("MAKE", "MFLAGS", "CI", *makefile.OPTIONS)
    own = {name: value for name, value in os.environ.items() if not name.startswith(others)}
    result = subprocess.run(
        ["make", "--no-print-directory", *words],
        cwd=folder,
        env=own | dict(environment or {}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def recipe(*words: str, **environment: str) -> str:
    """What a target would run, its set-up taken as done."""
    return make("-n", "--assume-old", ".venv/.installed", *words, environment=environment)


def test_make_alone_lists_every_target_with_a_line_of_help() -> None:
    listed = re.findall(r"^  make (\S+) +\S+", make(), re.MULTILINE)
    assert listed == makefile.TARGETS


def test_every_target_has_a_recipe_and_is_declared_phony() -> None:
    assert sorted(makefile.prerequisites(".PHONY")) == sorted(makefile.TARGETS)
    assert make("-n", *makefile.TARGETS, "SRC=a", "NAME=b")


def test_stack_commands_pass_stack_answer_and_arguments() -> None:
    words = ("STACK=a b", "YES=1", "SECRETS_PROVIDER=awskms://x", "ARGS=--diff --target 'c d'")
    options = '--stack "a b" --yes --secrets-provider "awskms://x" -- --diff --target \'c d\''
    assert f"-m scripts.stack up {options}" in recipe("up", *words)


@pytest.mark.parametrize(("answer", "taken"), [("1", True), ("true", True), ("yes", True), ("0", False), ("no", False)])
def test_only_a_yes_means_yes(answer: str, taken: bool) -> None:
    assert ("--yes" in recipe("destroy", f"YES={answer}")) is taken


@pytest.mark.parametrize("options", [[], ["-e"]])
def test_what_a_shell_exports_for_others_is_not_taken(options: list[str]) -> None:
    targets = ["plan", "destroy", "push-image", "open", "logs", "import", "take-over", "unit/others"]
    exported = dict.fromkeys(makefile.OWN, "hostname")
    assert {"YES", "ARGS", "BASE", "TAG", "NAME", "PORT", "OUT", "SINCE"} <= makefile.OWN
    assert recipe(*options, *targets, **exported) == recipe(*targets)
    assert '--stack "hostname"' in recipe("plan", STACK="hostname")


def test_arguments_reach_a_make_within_but_not_the_environment_of_what_it_runs(tmp_path: Path) -> None:
    file = tmp_path / "Makefile"
    file.write_text(
        f"include {ROOT}/Makefile\nouter:\n\t@$(MAKE) -f {file} inner\ninner:\n\t@echo '$(ARGS)' \"$$ARGS\"\n"
    )
    assert make("-f", str(file), "outer", "ARGS=a") == "a \n"


def test_no_option_of_make_is_newer_than_that_of_macos() -> None:
    newer = (
        "--output-sync",
        "-O",
        "--trace",
        "--shuffle",
        "$(file ",
        "$(guile ",
        "$(let ",
        "$(intcmp ",
        "!=",
        ".ONESHELL",
    )
    assert [word for word in newer if re.search(rf"(?<!\S){re.escape(word)}", makefile.TEXT)] == []


@pytest.mark.parametrize("status", [0, 5])
def test_the_tests_that_run_beside_the_others_are_told_when_they_end(tmp_path: Path, status: int) -> None:
    python = tmp_path / "bin/python"
    python.parent.mkdir()
    python.write_text(f"#!/bin/sh\necho told; echo wrong >&2; exit {status}\n")
    python.chmod(0o755)
    line = re.sub(r" tests --ignore=.*? >", " >", recipe("unit/others", "MEASURE=", f"VENV={tmp_path}"))
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (status, "told\nwrong\n", "")


def test_a_urn_in_arguments_keeps_its_dollar_sign() -> None:
    urn = "urn:pulumi:dev::webui-bedrock::webui-bedrock:data:DataTier$aws:rds/cluster:Cluster::database"
    for target in ("up", "pulumi", "plan"):
        assert f"'{urn}'" in recipe(target, f"ARGS=--target '{urn}'")


@pytest.mark.parametrize("command", stack.COMMANDS)
def test_every_stack_command_is_a_target_for_dev_that_asks(command: str) -> None:
    assert f'-m scripts.stack {command} --stack "dev" -- ' in re.sub(" +", " ", recipe(command))


@pytest.mark.parametrize(
    ("words", "options"),
    [
        (["open"], ["open", "--stack", "dev"]),
        (["open", "PORT=8081"], ["open", "--stack", "dev", "--port", "8081"]),
        (
            ["logs", "APP=gateway", "SINCE=2d", "STACK=prod"],
            ["logs", "--stack", "prod", "--app", "gateway", "--since", "2d"],
        ),
        (["shell"], ["shell", "--stack", "dev", "--app", "webui"]),
        (["users"], ["--stack", "dev"]),
        (["users", "ADD=a@b.c", "NAME=A B"], ["--stack", "dev", "--add", "a@b.c", "--name", "A B"]),
        (["users", "RESET=a@b.c", "BY=d@b.c"], ["--stack", "dev", "--reset", "a@b.c", "--sign-in-as", "d@b.c"]),
        (["users", "ADMIN=a@b.c", "STACK=prod"], ["--stack", "prod", "--admin", "a@b.c"]),
        (["verify", "ARGS=--wait 60"], ["--stack", "dev", "--wait", "60"]),
    ],
)
def test_a_command_gets_options_that_it_takes(words: list[str], options: list[str]) -> None:
    module, *passed = shlex.split(recipe(*words))[2:]
    assert passed == options
    commands = {"scripts.verify": verify, "scripts.users": users}
    assert commands.get(module, session).parse(passed)


def test_push_image_passes_source_and_name_whole() -> None:
    line = recipe("push-image", "SRC=/a b", "NAME=c", "TAG=v1", "DOCKERFILE=d", "ARCH=x86_64")
    words = ['--src "/a b"', '--name "c"', '--arch "x86_64"', '--tag "v1"', '--dockerfile "d"']
    assert all(word in line for word in words)


def test_coverage_is_measured_in_both_halves_of_the_tests_and_has_a_floor() -> None:
    for half in ("planning", "others"):
        assert "-m coverage run -m pytest" in recipe(f"unit/{half}", "MEASURE=1")
        assert "coverage" not in recipe(f"unit/{half}", "MEASURE=")
    assert "-m coverage combine --quiet && " in recipe("unit", "MEASURE=1")
    assert "coverage report" not in recipe("unit", "MEASURE=1", "ARGS=-k gateway")
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["coverage"]["report"]["fail_under"] >= 99


def test_postgresql_is_installed_in_ci_only_and_is_required_there() -> None:
    assert "install-postgresql" not in recipe("test")
    assert "REQUIRE_POSTGRESQL" not in recipe("test")
    in_ci = recipe("test", "CI=true")
    assert in_ci.index("install-postgresql") < in_ci.index("REQUIRE_POSTGRESQL=1")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The Makefile with a set-up script that only counts its runs."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("requirements.txt", "requirements-dev.txt", "constraints.txt"):
        (tmp_path / name).touch()
    script = tmp_path / "scripts/venv.sh"
    script.parent.mkdir()
    script.write_text('#!/bin/sh\nmkdir -p "$1"; echo run >> runs; exit "${STATUS:-0}"\n')
    script.chmod(0o755)
    return tmp_path


def runs(checkout: Path) -> int:
    return (checkout / "runs").read_text().count("run")


def test_set_up_runs_once_and_again_when_a_requirement_changes(checkout: Path) -> None:
    make(".venv/.installed", folder=checkout)
    make(".venv/.installed", folder=checkout)
    assert runs(checkout) == 1
    later = (checkout / ".venv/.installed").stat().st_mtime + 5
    os.utime(checkout / "constraints.txt", (later, later))
    make(".venv/.installed", folder=checkout)
    assert runs(checkout) == 2


def test_a_set_up_that_failed_is_tried_again(checkout: Path) -> None:
    with pytest.raises(AssertionError, match="Error 1"):
        make(".venv/.installed", folder=checkout, environment={"STATUS": "1"})
    make(".venv/.installed", folder=checkout)
    assert runs(checkout) == 2


def test_ci_runs_exactly_make_test(tmp_path: Path) -> None:
    program = tmp_path / "make"
    program.write_text('#!/bin/sh\necho "$PWD: $*" >> "$RECORD"\n')
    program.chmod(0o755)
    record = tmp_path / "record"
    environment = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "RECORD": str(record)}
    subprocess.run([ROOT / ".ci/run"], cwd=tmp_path, env=environment, check=True)
    assert record.read_text() == f"{ROOT}: test\n"
