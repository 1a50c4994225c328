"""preview, up, refresh, destroy and outputs reach the Pulumi CLI as they should."""

import io
import signal
import stat
from importlib.metadata import version

import pytest

from scripts import stack
from tests.scripts.standins import Aws, Machine


def run(machine: Machine, *arguments: str) -> int:
    command, *extra = arguments
    return stack.main([command, "--stack", "dev", *extra], machine.project)


def type_in(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    terminal = io.StringIO(text)
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", terminal)


INSTALLER = """cat <<'SCRIPT'
echo "$@" > "$HOME/arguments"
mkdir -p "$HOME/.pulumi/bin"
cat "$HOME/pulumi" > "$HOME/.pulumi/bin/pulumi"
chmod +x "$HOME/.pulumi/bin/pulumi"
SCRIPT"""
"""What curl answers with: an installer that takes the CLI from the home folder and keeps its arguments."""


def test_a_new_stack_is_created_before_its_first_preview(machine: Machine, aws: Aws) -> None:
    machine.install_pulumi(exists=False)
    assert run(machine, "preview") == 0
    assert machine.commands == [
        ["pulumi", "stack", "init", "--no-select", "dev"],
        ["pulumi", "preview", "--stack", "dev"],
    ]


def test_the_stack_that_plain_pulumi_has_selected_stays_selected(machine: Machine, aws: Aws) -> None:
    machine.install_pulumi(body='echo "$PULUMI_STACK" > stack')
    run(machine, "pulumi", "--", "config")
    assert (machine.project / "stack").read_text() == "dev\n"
    assert not [call for call in machine.calls if "select" in call]


@pytest.mark.parametrize("line", ["encryptionsalt: v1:made-up", "secretsprovider: awskms://alias/x"])
def test_a_stack_whose_file_has_a_key_is_not_made_anew_in_another_backend(
    machine: Machine, aws: Aws, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    machine.keep_state()
    machine.write_stack(f"{line}\nconfig: {{aws:region: eu-west-1}}\n")
    machine.install_pulumi(exists=False)
    assert run(machine, "up") == 1
    assert ["pulumi", "stack", "init"] not in [call[:3] for call in machine.calls]
    told = capsys.readouterr().err
    assert f"Pulumi.dev.yaml has the `{line.partition(':')[0]}` of one" in told
    assert "set PULUMI_BACKEND_URL" in told


@pytest.mark.parametrize("command", ["refresh", "outputs"])
def test_a_command_for_what_exists_creates_no_stack(machine: Machine, aws: Aws, command: str) -> None:
    machine.keep_state()
    machine.install_pulumi()
    assert run(machine, command) == 0
    words = ["stack", "output"] if command == "outputs" else [command]
    assert machine.commands == [["pulumi", *words, "--stack", "dev"]]


def test_a_missing_cli_is_installed_in_the_version_of_the_sdk(machine: Machine, aws: Aws) -> None:
    machine.install_pulumi()
    (machine.bin / "pulumi").rename(machine.home / "pulumi")
    machine.install("curl", body=INSTALLER)
    assert run(machine, "preview") == 0
    assert machine.calls[0] == ["curl", "-fsSL", "https://get.pulumi.com"]
    arguments = (machine.home / "arguments").read_text().split()
    assert arguments == ["--version", version("pulumi"), "--no-edit-path"]
    assert machine.commands[-1] == ["pulumi", "preview", "--stack", "dev"]


@pytest.mark.parametrize(
    ("body", "told"),
    [("exit 22", "`curl` ended with status 22"), ("echo exit 3", "`sh` ended with status 3")],
)
def test_an_installation_that_fails_is_told_plainly(
    machine: Machine, aws: Aws, capsys: pytest.CaptureFixture[str], body: str, told: str
) -> None:
    machine.install("curl", body=body)
    assert run(machine, "preview") == 1
    assert told in capsys.readouterr().err


def test_an_installed_cli_beside_path_is_used_and_not_installed_again(machine: Machine, aws: Aws) -> None:
    machine.install("curl")
    machine.install_pulumi()
    (machine.home / ".pulumi/bin").mkdir(parents=True)
    (machine.bin / "pulumi").rename(machine.home / ".pulumi/bin/pulumi")
    assert run(machine, "preview") == 0
    assert {call[0] for call in machine.calls} == {"pulumi"}


def test_the_state_is_a_folder_of_the_project_unless_told_otherwise(machine: Machine, aws: Aws) -> None:
    machine.install_pulumi()
    run(machine, "preview")
    state = machine.project / ".pulumi-state"
    assert state.is_dir()
    assert machine.environments[-1] == [
        f"file://{state}".replace(" ", "%20"),
        str(state / "passphrase"),
        str(machine.project),
    ]


def test_the_passphrase_is_made_once_for_its_owner_alone(
    machine: Machine, aws: Aws, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.install_pulumi()
    run(machine, "preview")
    file = machine.project / ".pulumi-state/passphrase"
    first = file.read_text()
    assert len(first) >= 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    said = capsys.readouterr()
    assert str(file) in said.err
    assert first not in said.out + said.err
    run(machine, "preview")
    assert file.read_text() == first
    assert capsys.readouterr().err == ""


def test_a_backend_of_the_environment_is_respected(machine: Machine, aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.install_pulumi()
    monkeypatch.setenv("PULUMI_BACKEND_URL", "s3://state")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "ours")
    assert run(machine, "preview") == 0
    assert machine.environments[-1][:2] == ["s3://state", ""]
    assert not (machine.project / ".pulumi-state").exists()


def test_a_given_passphrase_is_used_with_the_local_state(
    machine: Machine, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.install_pulumi()
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE_FILE", "/ours")
    assert run(machine, "preview") == 0
    assert machine.environments[-1][1] == "/ours"
    assert not (machine.project / ".pulumi-state/passphrase").exists()


def test_a_new_stack_may_keep_its_secrets_with_a_kms_key(machine: Machine, aws: Aws) -> None:
    machine.install_pulumi(exists=False)
    assert run(machine, "up", "--secrets-provider", "awskms://alias/x") == 0
    assert machine.commands[0] == [
        *["pulumi", "stack", "init", "--no-select", "--secrets-provider", "awskms://alias/x", "dev"]
    ]
    assert machine.environments[0][1] == ""


def test_a_key_for_new_stacks_does_not_replace_the_passphrase_of_an_old_one(machine: Machine, aws: Aws) -> None:
    machine.install_pulumi()
    run(machine, "up")
    machine.write_stack("encryptionsalt: v1:made-up\nconfig: {aws:region: eu-west-1}\n")
    assert run(machine, "up", "--secrets-provider", "awskms://alias/x") == 0
    assert machine.environments[-1][1].endswith("passphrase")


def test_a_stack_of_an_organization_has_the_file_of_its_own_name(machine: Machine, aws: Aws) -> None:
    machine.keep_state()
    machine.install_pulumi()
    assert stack.main(["refresh", "--stack", "team/dev"], machine.project) == 0
    assert machine.commands == [["pulumi", "refresh", "--stack", "team/dev"]]


def test_what_follows_two_dashes_reaches_the_cli_as_it_is(machine: Machine, aws: Aws) -> None:
    machine.install_pulumi()
    run(machine, "preview", "--", "--diff", "--message", "two words")
    assert machine.commands[-1][-3:] == ["--diff", "--message", "two words"]


def test_any_command_of_the_cli_runs_with_the_stacks_backend(machine: Machine) -> None:
    machine.install_pulumi()
    assert run(machine, "pulumi", "--", "stack", "ls") == 0
    assert machine.commands[-1] == ["pulumi", "stack", "ls"]
    assert machine.environments[-1][0].startswith("file://")


def test_the_exit_status_is_the_clis(machine: Machine, aws: Aws) -> None:
    machine.install_pulumi(body="exit 255")
    assert run(machine, "preview") == 255


def test_nothing_runs_on_a_stack_that_could_not_be_created(machine: Machine, aws: Aws) -> None:
    machine.install_pulumi(exists=False, body="exit 7")
    assert run(machine, "up") == 7
    assert len(machine.commands) == 1


@pytest.mark.parametrize(
    ("arguments", "ci", "words"),
    [
        (["up"], "", ["up", "--stack", "dev"]),
        (["up", "--yes"], "", ["up", "--stack", "dev", "--yes"]),
        (["up"], "true", ["up", "--stack", "dev", "--yes"]),
        (["refresh"], "true", ["refresh", "--stack", "dev", "--yes"]),
        (["preview"], "true", ["preview", "--stack", "dev"]),
    ],
)
def test_a_change_is_asked_for_unless_in_ci_or_told_not_to(
    machine: Machine,
    aws: Aws,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    ci: str,
    words: list[str],
) -> None:
    machine.keep_state()
    machine.install_pulumi()
    monkeypatch.setenv("CI", ci)
    run(machine, *arguments)
    assert machine.commands[-1] == ["pulumi", *words]


@pytest.mark.parametrize("answer", ["\n", "yes\n", "prod\n"])
def test_a_destroy_that_is_not_confirmed_by_the_stacks_name_does_nothing(
    machine: Machine, aws: Aws, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    machine.keep_state()
    machine.install_pulumi()
    type_in(monkeypatch, answer)
    assert run(machine, "destroy") == 1
    assert machine.commands == []


def test_a_destroy_without_a_terminal_does_nothing_even_in_ci(
    machine: Machine, aws: Aws, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.keep_state()
    machine.install_pulumi()
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr("sys.stdin", io.StringIO("dev\n"))
    assert run(machine, "destroy") == 1
    assert machine.commands == []
    assert "YES=1" in capsys.readouterr().err


def test_a_destroy_confirmed_by_name_still_lets_pulumi_show_and_ask(
    machine: Machine, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.keep_state()
    machine.install_pulumi()
    type_in(monkeypatch, "dev\n")
    assert run(machine, "destroy") == 0
    assert machine.commands == [["pulumi", "destroy", "--stack", "dev"]]


def test_a_destroy_told_not_to_ask_asks_nothing(machine: Machine, aws: Aws) -> None:
    machine.keep_state()
    machine.install_pulumi()
    assert run(machine, "destroy", "--yes") == 0
    assert machine.commands == [["pulumi", "destroy", "--stack", "dev", "--yes"]]


def test_ctrl_c_at_the_question_of_a_destroy_destroys_nothing(
    machine: Machine, aws: Aws, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.keep_state()
    machine.install_pulumi()
    for interruption in (KeyboardInterrupt, EOFError):
        type_in(monkeypatch, "")
        monkeypatch.setattr("builtins.input", lambda _, error=interruption: (_ for _ in ()).throw(error))
        assert run(machine, "destroy") == 1
        assert "Nothing was destroyed." in capsys.readouterr().err
    assert machine.commands == []


def test_ctrl_c_lets_the_cli_finish(machine: Machine, aws: Aws) -> None:
    before = signal.getsignal(signal.SIGINT)
    # As a terminal does: to the child, which ends in its own time, and to this process.
    machine.install_pulumi(body="trap 'exit 3' INT; kill -INT $PPID; kill -INT $$; exit 4")
    assert run(machine, "up") == 3
    assert signal.getsignal(signal.SIGINT) is before


def test_a_cli_that_was_killed_leads_to_another_run(
    machine: Machine, aws: Aws, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.install_pulumi(body="kill -KILL $$")
    assert run(machine, "up") != 0
    told = capsys.readouterr().err
    assert "killed by signal 9" in told
    assert "Call make up STACK=dev again" in told


def test_a_command_for_what_exists_leaves_no_empty_state_behind(
    machine: Machine, aws: Aws, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.install_pulumi()
    assert run(machine, "refresh") == 1
    assert "missing: the state of stack dev" in capsys.readouterr().err
    assert not (machine.project / ".pulumi-state").exists()
