"""What cannot run here is told in one line that helps, before anything starts."""

import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from live import TryError, installation
from live import __main__ as command
from live.bedrock import caller
from live.installation import check_space, find_python, install, install_gateway, version_of
from live.processes import Processes
from live.servers import start_postgresql
from tests.live.stages import stage_of


@pytest.mark.parametrize(
    "image",
    [
        "ghcr.io/open-webui/open-webui:v0.12.4",
        "ghcr.io/open-webui/open-webui:0.12.4-slim",
        "ghcr.io/open-webui/open-webui:v0.12.4@sha256:" + "0" * 64,
        "123456789012.dkr.ecr.us-east-1.amazonaws.com/ghcr/open-webui/open-webui:v0.12.4",
    ],
)
def test_the_version_is_the_images(image: str) -> None:
    assert version_of(image) == "0.12.4"


@pytest.mark.parametrize("image", ["ghcr.io/open-webui/open-webui:main", "registry.example.com/chat:0.12.4"])
def test_an_image_that_is_no_release_of_open_webui_is_named_with_one_that_is(image: str) -> None:
    with pytest.raises(TryError, match=rf"webui.image is {re.escape(image)}.*ghcr.io/open-webui/open-webui:v\d"):
        version_of(image)


def test_a_port_in_use_is_told_with_another_one(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert command.main(["--port", str(port)]) == 1
    assert re.fullmatch(
        rf"error: port {port} is in use; choose another one: make try PORT=\d+\n", capsys.readouterr().err
    )


@pytest.mark.parametrize("port", ["80", "70000", "http"])
def test_a_port_that_is_none_is_told_with_the_range(port: str) -> None:
    with pytest.raises(TryError, match=f"PORT is {port}; it must be a number from 1024 to 65535"):
        command.check_port(port)


@pytest.mark.parametrize("tasks", ["0", "6", "three"])
def test_a_number_of_tasks_that_is_none_is_told_with_the_range(tasks: str) -> None:
    with pytest.raises(TryError, match=f"TASKS is {tasks}; it must be a number from 1 to 5, such as TASKS=3"):
        command.check_tasks(tasks)


def test_bedrock_in_aws_is_called_as_the_person_who_is_told_to_sign_in_first(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"AWS_ACCESS_KEY_ID": "AKIAPERSON", "AWS_SECRET_ACCESS_KEY": "a made-up key"}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    assert caller.variables() == given
    monkeypatch.setattr("boto3.Session.get_credentials", lambda _: None)
    with pytest.raises(TryError, match=r"there are no AWS credentials\. Sign in: aws sso login"):
        caller.variables()


def test_a_stack_without_a_file_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--stack", "nowhere", "--port", "18999"]) == 1
    assert capsys.readouterr().err.startswith("error: no stack named 'nowhere'")


def test_a_python_that_does_not_fit_is_told_with_what_fits() -> None:
    with pytest.raises(
        TryError, match=r"runs on Python 3\.11 or 3\.12; /no/python is none.*PYTHON=/path/to/python3.12"
    ):
        find_python("/no/python", "0.12.4")


def test_a_python_on_path_that_does_not_run_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken, works = tmp_path / "python3.12", tmp_path / "python3.11"
    broken.write_text("#!/bin/sh\nexit 127\n")
    works.write_text("#!/bin/sh\necho 3.11\n")
    for program in (broken, works):
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", "/no/python")
    assert find_python("", "0.12.4") == "python3.11"


def test_a_full_disk_is_told_with_what_is_needed() -> None:
    with pytest.raises(TryError, match=r"has 0\.4 GB free, and the applications take 1\.5 GB.*TRY_VENV="):
        check_space(Path("/somewhere"), free=400_000_000)


def test_what_is_installed_is_not_installed_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def run(words: list[str], *_: object) -> None:
        ran.append(words)
        packages = tmp_path / "venv/lib/python3.11/site-packages"
        packages.mkdir(parents=True, exist_ok=True)
        (packages / "requirements-slim.txt").touch()

    ran: list[list[str]] = []
    monkeypatch.setattr(installation, "_run", run)
    monkeypatch.setattr(installation, "find_python", lambda *_: "python3.11")
    for version, runs in (("0.12.4", 3), ("0.12.4", 3), ("0.12.5", 6)):
        install(tmp_path / "venv", version, "", lambda _: None)
        assert len(ran) == runs
    assert "open-webui==0.12.5" in ran[4]


def test_a_folder_that_is_no_checkout_of_the_gateway_is_named(tmp_path: Path) -> None:
    with pytest.raises(TryError, match=rf"SRC={tmp_path} is no checkout of aws-samples/bedrock-access-gateway"):
        install_gateway(tmp_path / "venv", tmp_path, print)


def test_a_failed_installation_is_told_with_pips_own_words(tmp_path: Path) -> None:
    with pytest.raises(TryError, match=r"cannot make a virtual environment:\n.*No module named"):
        installation._run([sys.executable, "-m", "no_such_module"], "make a virtual environment")


def test_a_process_that_ends_too_early_is_told_with_the_end_of_its_log(tmp_path: Path) -> None:
    processes = Processes(tmp_path)
    processes.start("app", ["sh", "-c", "echo because; exit 3"], {"PATH": "/bin:/usr/bin"}, tmp_path)
    with pytest.raises(TryError, match=r"app ended with 3 before it was ready\. The end of .*app\.log:\n  because"):
        processes.wait_until("app", lambda: False, seconds=30)


def test_stopping_ends_processes_and_what_they_started(tmp_path: Path) -> None:
    processes = Processes(tmp_path)
    script = "sleep 1000 & echo $! > child; wait"
    process = processes.start("app", ["sh", "-c", script], {"PATH": "/bin:/usr/bin"}, tmp_path)
    processes.wait_until("app", (tmp_path / "child").is_file, seconds=30)
    processes.stop()
    assert process.poll() is not None
    child = (tmp_path / "child").read_text().strip()
    states = subprocess.run(["ps", "-o", "stat=", "-p", child], capture_output=True, text=True, check=False).stdout
    assert states.strip() == "" or states.startswith("Z")


def test_a_second_run_of_the_same_stack_is_refused(tmp_path: Path) -> None:
    with (
        command._data_of(tmp_path, "dev", fresh=False),
        pytest.raises(TryError, match="stack dev runs here already; stop that run with Ctrl-C first"),
        command._data_of(tmp_path, "dev", fresh=False),
    ):
        pass


def test_data_is_kept_until_fresh_is_asked_for_and_scratch_never(tmp_path: Path) -> None:
    for fresh, kept in ((False, True), (True, False)):
        with command._data_of(tmp_path, "dev", fresh=False) as folder:
            (folder / "scratch").mkdir()
            (folder / "files").mkdir(exist_ok=True)
        with command._data_of(tmp_path, "dev", fresh=fresh) as folder:
            assert (folder / "files").exists() is kept
            assert not (folder / "scratch").exists()


def test_what_has_no_package_is_named_as_left_out(tmp_path: Path) -> None:
    stage = stage_of("dev", tmp_path)
    stage.tasks["docs"] = stage.tasks["gateway"]
    assert stage.left_out == ["docs"]


def test_a_stack_without_database_takes_no_documents(tmp_path: Path) -> None:
    assert not stage_of("sqlite", tmp_path).takes_documents
    assert stage_of("dev", tmp_path).takes_documents


def test_a_folder_that_postgresql_cannot_enter_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    packages = tmp_path / "closed/lib/python3.11/site-packages"
    packages.mkdir(parents=True)
    (tmp_path / "closed").chmod(0o700)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    there = installation.Installation(folder=tmp_path / "closed")
    with pytest.raises(TryError, match="does not run as root, and another user cannot enter"):
        start_postgresql(
            there, Processes(tmp_path), tmp_path / "data", 1, {"DATABASE_USER": "u", "DATABASE_PASSWORD": "p"}
        )
