"""The virtual environment and the pins."""

import re
import shutil
import subprocess
import tomllib
import venv
from pathlib import Path

import pytest

from scripts import constraints
from tests.scripts.standins import Machine

ROOT = Path(__file__).parents[2]

PYTHON = """case "$*" in
    "-m pip --version") exit {no_pip} ;;
    *version_info[:2]*|*format*) echo python3.12-venv ;;
    "-c"*"version_info <"*) exit {unsupported} ;;
    *ensurepip*) exit {no_venv} ;;
    "-m venv"*) mkdir -p "$4/bin"; cat "$0" > "$4/bin/python"; chmod +x "$4/bin/python" ;;
esac"""
"""A Python that is or is not new enough and with or without the venv module."""


def set_up(machine: Machine, **environment: str) -> subprocess.CompletedProcess[str]:
    if not (machine.bin / "dirname").exists():
        for tool in ("bash", "dirname"):
            (machine.bin / tool).symlink_to(f"/usr/bin/{tool}")
    command = ["/bin/bash", str(ROOT / "scripts/venv.sh"), ".venv"]
    own = {"PATH": str(machine.bin), "HOME": str(machine.home)} | environment
    return subprocess.run(command, cwd=machine.project, env=own, capture_output=True, text=True, check=False)


def python(*, unsupported: int = 0, no_venv: int = 0, no_pip: int = 0) -> str:
    return PYTHON.format(unsupported=unsupported, no_venv=no_venv, no_pip=no_pip)


def test_the_environment_is_made_and_the_requirements_installed(machine: Machine) -> None:
    machine.install("python3", body=python())
    assert set_up(machine).returncode == 0
    assert ["python3", "-m", "venv", "--clear", ".venv"] in machine.calls
    requirements = str(ROOT / "scripts/../requirements-dev.txt")
    install = ["pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", requirements]
    assert machine.calls[-1] == ["python", "-m", *install]


def test_an_environment_that_works_is_kept(machine: Machine) -> None:
    machine.write_program(machine.project / ".venv/bin/python", python())
    assert set_up(machine).returncode == 0
    assert not any("venv" in call for call in machine.calls)


def test_an_environment_of_uv_is_kept_and_filled_by_uv(machine: Machine) -> None:
    machine.write_program(machine.project / ".venv/bin/python", python(no_pip=1))
    alone = set_up(machine)
    assert (alone.returncode, "uv" in alone.stderr) == (1, True)
    machine.install("uv")
    assert set_up(machine).returncode == 0
    assert machine.calls[-1][:5] == ["uv", "pip", "install", "--quiet", "--python"]
    assert not any("venv" in call for call in machine.calls)


def test_an_environment_whose_python_is_gone_is_made_anew(machine: Machine) -> None:
    machine.install("python3", body=python())
    broken = machine.project / ".venv/bin/python"
    broken.parent.mkdir(parents=True)
    broken.write_text("#!/nowhere/python\n")
    broken.chmod(0o755)
    assert set_up(machine).returncode == 0
    assert ["python3", "-m", "venv", "--clear", ".venv"] in machine.calls


def test_a_newer_python_and_the_users_choice_come_before_an_old_one(machine: Machine) -> None:
    machine.install("python3", body=python(unsupported=1))
    machine.install("python3.12", "mine", body=python())
    assert set_up(machine).returncode == 0
    assert ["python3.12", "-m", "venv", "--clear", ".venv"] in machine.calls
    shutil.rmtree(machine.project / ".venv")
    assert set_up(machine, PYTHON="mine").returncode == 0
    assert ["mine", "-m", "venv", "--clear", ".venv"] in machine.calls


def test_a_python_that_the_user_chose_is_never_replaced_by_another(machine: Machine) -> None:
    machine.install("python3", body=python())
    machine.install("mine", body=python(unsupported=1))
    ended = set_up(machine, PYTHON="mine")
    assert (ended.returncode, ended.stderr) == (1, "PYTHON=mine is not Python 3.11 or newer.\n")


def test_what_the_set_up_tells_leaves_standard_output_to_the_commands_answer(machine: Machine) -> None:
    machine.install("python3", body=python())
    ended = set_up(machine)
    assert (ended.returncode, ended.stdout) == (0, "")
    assert "Installing requirements-dev.txt" in ended.stderr


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (python(unsupported=1), "Python 3.11 or newer is needed"),
        (python(no_venv=1), "sudo apt-get install python3.12-venv"),
    ],
)
def test_a_python_that_does_not_do_is_told_with_what_mends_it(machine: Machine, body: str, told: str) -> None:
    machine.install("python3", body=body)
    result = set_up(machine)
    assert result.returncode == 1
    assert told in result.stderr
    assert not (machine.project / ".venv").exists()


def test_the_constraints_hold_what_the_pins_bring_and_not_the_pins(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in constraints.REQUIREMENTS:
        (machine.project / name).write_text("-c constraints.txt\npsycopg[binary]==3.3.9  # why\nTypes-PyYAML==6.0\n")
    frozen = "wrapt==2.5.2\npsycopg==3.3.9\npsycopg-binary==3.3.9\ntypes_pyyaml==6.0\nParver==1.0"
    program = f"""case "$*" in
        *freeze) printf '{frozen}\\n' ;;
        *install*) folder=${{@: -1}}; [ -f "${{folder%/*}}/constraints.txt" ] ;;
    esac"""
    monkeypatch.setattr(venv, "create", lambda folder, **_: machine.write_program(folder / "bin/python", program))
    constraints.main(machine.project)
    lines = (machine.project / "constraints.txt").read_text().splitlines()
    assert lines[1:] == ["Parver==1.0", "psycopg-binary==3.3.9", "wrapt==2.5.2"]
    assert "make constraints" in lines[0]


def test_every_direct_requirement_is_pinned_exactly_and_says_what_for() -> None:
    for name in constraints.REQUIREMENTS:
        lines = [line for line in (ROOT / name).read_text().splitlines() if line and line[0] not in "#-"]
        assert lines
        for line in lines:
            assert re.fullmatch(r"[\w.\[\]-]+==[\w.]+ +# .+", line), line


def test_uv_and_pip_install_the_same() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = (project["project"]["dependencies"], project["dependency-groups"]["dev"])
    by_file = dict(zip(constraints.REQUIREMENTS, groups, strict=True))
    for name, pins in by_file.items():
        lines = (ROOT / name).read_text().splitlines()
        assert pins == [line.split("#")[0].strip() for line in lines if line and line[0] not in "#-"]


def test_the_pins_name_no_package_twice() -> None:
    names = [
        re.split("==", line)[0].lower()
        for name in (*constraints.REQUIREMENTS, "constraints.txt")
        for line in (ROOT / name).read_text().splitlines()
        if "==" in line
    ]
    assert len(names) == len(set(names))
