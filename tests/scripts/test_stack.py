"""preview, up, refresh, destroy and outputs reach the Pulumi CLI as they should."""

import io
import json
import signal
import stat
from importlib.metadata import version

import pytest

from scripts import stack
from tests.scripts.deployed_stack import resource, urn
from tests.scripts.standins import Aws, Machine, Outcome

INSTALLER = """cat <<'SCRIPT'
echo "$@" > "$HOME/arguments"
mkdir -p "$HOME/.pulumi/bin"
cat "$HOME/pulumi" > "$HOME/.pulumi/bin/pulumi"
chmod +x "$HOME/.pulumi/bin/pulumi"
SCRIPT"""
"""What curl answers with: an installer that takes the CLI from the home folder and keeps its arguments."""


@pytest.fixture(autouse=True)
def cli(machine: Machine, aws: Aws) -> None:
    """Each machine is signed in to AWS, and has a CLI whose backend knows the stack."""
    machine.install_pulumi()


def run(machine: Machine, command: str, *options: str, name: str = "dev", status: int = 0) -> Outcome:
    return machine.run(stack.main, command, "--stack", name, *options, status=status)


def type_in(machine: Machine, text: str) -> None:
    terminal = io.StringIO(text)
    machine.patch.setattr(terminal, "isatty", lambda: True)
    machine.patch.setattr("sys.stdin", terminal)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (["preview"], ["preview", "--stack", "dev"]),
        (["refresh"], ["refresh", "--stack", "dev"]),
        (["outputs"], ["stack", "output", "--stack", "dev"]),
        (["preview", "--", "--diff", "-m", "two words"], ["preview", "--stack", "dev", "--diff", "-m", "two words"]),
        (["pulumi", "--", "stack", "ls"], ["stack", "ls"]),
        (["pulumi", "--", "stack", "rm", "dev"], ["stack", "rm", "dev", "--preserve-config"]),
        (["pulumi", "--", "stack", "rm", "--preserve-config"], ["stack", "rm", "--preserve-config"]),
        (["up"], ["up", "--stack", "dev"]),
        (["up", "--yes"], ["up", "--stack", "dev", "--yes"]),
        (["destroy", "--yes"], ["destroy", "--stack", "dev", "--yes"]),
    ],
    ids=" ".join,
)
def test_a_command_is_one_call_of_the_cli_for_a_stack_that_exists(
    machine: Machine, call: list[str], words: list[str]
) -> None:
    machine.keep_state()
    run(machine, *call)
    assert machine.commands == [["pulumi", *words]]
    assert machine.environments[-1][0].startswith("file://")


@pytest.mark.parametrize(("command", "words"), [("up", ["--yes"]), ("refresh", ["--yes"]), ("preview", [])])
def test_ci_has_nobody_to_ask(machine: Machine, command: str, words: list[str]) -> None:
    machine.keep_state()
    machine.setenv(CI="true")
    run(machine, command)
    assert machine.commands[-1] == ["pulumi", command, "--stack", "dev", *words]


def test_without_outputs_the_state_tells_what_it_knows(machine: Machine) -> None:
    machine.keep_state()
    app, kind = "webui-bedrock:compute:EcsAppService", "aws:ecs/taskDefinition:TaskDefinition"
    arn = "arn:aws:ecs:eu-west-1:123456789012:task-definition/demo-webui-service:3"
    parent = urn(app, "webui")
    made = [
        {"urn": parent, "type": app, "custom": False},
        resource("aws:ecs/cluster:Cluster", "cluster-ecs", "", {"name": "demo-cluster"}),
        resource("aws:lb/loadBalancer:LoadBalancer", "alb", "", {}, {"dnsName": "demo.elb.amazonaws.com"}),
        resource(kind, "webui-task", parent, {}, {"arn": arn}),
    ]
    machine.install_pulumi(*made)
    assert run(machine, "outputs", "--", "WebUIServiceName").out == "demo-webui-service\n"
    every = json.loads(run(machine, "outputs", "--", "--json").out)
    assert every["TaskDefinitions"] == {"webui": arn}
    assert (every["ECSClusterName"], every["LoadBalancerDNS"]) == ("demo-cluster", "demo.elb.amazonaws.com")
    assert "ECSClusterName    demo-cluster\n" in run(machine, "outputs").out
    assert (
        "The state does not tell GatewayServiceName."
        in run(machine, "outputs", "--", "GatewayServiceName", status=1).err
    )
    assert machine.commands == []
    stack_itself = {"urn": "the stack", "type": "pulumi:pulumi:Stack", "outputs": {"ECSClusterName": "demo-cluster"}}
    machine.install_pulumi(stack_itself, *made)
    run(machine, "outputs")
    assert machine.commands == [["pulumi", "stack", "output", "--stack", "dev"]]


def test_a_new_stack_is_created_before_its_first_preview(machine: Machine) -> None:
    machine.install_pulumi(exists=False)
    run(machine, "preview")
    assert machine.commands == [
        ["pulumi", "stack", "init", "--no-select", "dev"],
        ["pulumi", "preview", "--stack", "dev"],
    ]


def test_the_stack_that_plain_pulumi_has_selected_stays_selected(machine: Machine) -> None:
    machine.install_pulumi(body='echo "$PULUMI_STACK" > stack')
    run(machine, "pulumi", "--", "config")
    assert (machine.project / "stack").read_text() == "dev\n"
    assert not [call for call in machine.calls if "select" in call]


@pytest.mark.parametrize("line", ["encryptionsalt: v1:made-up", "secretsprovider: awskms://alias/x"])
def test_a_stack_whose_file_has_a_key_is_not_made_anew_in_another_backend(machine: Machine, line: str) -> None:
    machine.keep_state()
    machine.write_stack(f"{line}\nconfig: {{aws:region: eu-west-1}}\n")
    machine.install_pulumi(exists=False)
    ended = run(machine, "up", status=1)
    assert ["pulumi", "stack", "init"] not in [call[:3] for call in machine.calls]
    assert f"Pulumi.dev.yaml has the `{line.partition(':')[0]}` of one" in ended.err
    assert "set PULUMI_BACKEND_URL" in ended.err


def test_a_missing_cli_is_installed_in_the_version_of_the_sdk(machine: Machine) -> None:
    (machine.bin / "pulumi").rename(machine.home / "pulumi")
    machine.install("curl", body=INSTALLER)
    ended = run(machine, "preview")
    assert ended.out == "", "it belongs to the CLI"
    assert machine.calls[0] == ["curl", "-fsSL", "https://get.pulumi.com"]
    arguments = (machine.home / "arguments").read_text().split()
    assert arguments == ["--version", version("pulumi"), "--no-edit-path"]
    assert machine.commands[-1] == ["pulumi", "preview", "--stack", "dev"]


@pytest.mark.parametrize(
    ("body", "told"),
    [("exit 22", "`curl` ended with status 22"), ("echo exit 3", "`sh` ended with status 3")],
)
def test_an_installation_that_fails_is_told_plainly(machine: Machine, body: str, told: str) -> None:
    (machine.bin / "pulumi").unlink()
    machine.install("curl", body=body)
    ended = run(machine, "preview", status=1)
    assert told in ended.err


def test_an_installed_cli_beside_path_is_used_and_not_installed_again(machine: Machine) -> None:
    machine.install("curl")
    (machine.home / ".pulumi/bin").mkdir(parents=True)
    (machine.bin / "pulumi").rename(machine.home / ".pulumi/bin/pulumi")
    run(machine, "preview")
    assert {call[0] for call in machine.calls} == {"pulumi"}


def test_the_state_is_a_folder_of_the_project_unless_told_otherwise(machine: Machine) -> None:
    run(machine, "preview")
    assert machine.state.is_dir()
    state = f"file://{machine.state}".replace(" ", "%20")
    assert machine.environments[-1] == [state, str(machine.state / "passphrase"), str(machine.project)]


def test_the_passphrase_is_made_once_for_its_owner_alone(machine: Machine) -> None:
    told = run(machine, "preview").printed
    file = machine.state / "passphrase"
    first = file.read_text()
    assert len(first) >= 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert str(file) in told
    assert first not in told
    assert run(machine, "preview").printed == ""
    assert file.read_text() == first


def test_a_backend_of_the_environment_is_respected(machine: Machine) -> None:
    machine.setenv(PULUMI_BACKEND_URL="s3://state", PULUMI_CONFIG_PASSPHRASE="ours")
    run(machine, "preview")
    assert machine.environments[-1][:2] == ["s3://state", ""]
    assert not machine.state.exists()


def test_a_given_passphrase_is_used_with_the_local_state(machine: Machine) -> None:
    machine.setenv(PULUMI_CONFIG_PASSPHRASE_FILE="/ours")
    run(machine, "preview")
    assert machine.environments[-1][1] == "/ours"
    assert not (machine.state / "passphrase").exists()


def test_a_new_stack_may_keep_its_secrets_with_a_kms_key(machine: Machine) -> None:
    machine.install_pulumi(exists=False)
    provider = ["--secrets-provider", "awskms://alias/x"]
    run(machine, "up", *provider)
    assert machine.commands[0] == ["pulumi", "stack", "init", "--no-select", *provider, "dev"]
    assert machine.environments[0][1] == ""


def test_a_key_for_new_stacks_does_not_replace_the_passphrase_of_an_old_one(machine: Machine) -> None:
    machine.keep_state()
    machine.write_stack("encryptionsalt: v1:made-up\nconfig: {aws:region: eu-west-1}\n")
    run(machine, "up", "--secrets-provider", "awskms://alias/x")
    assert machine.environments[-1][1].endswith("passphrase")


def test_a_stack_of_an_organization_has_the_file_of_its_own_name(machine: Machine) -> None:
    machine.keep_state()
    run(machine, "refresh", name="team/dev")
    assert machine.commands == [["pulumi", "refresh", "--stack", "team/dev"]]


def test_the_exit_status_is_the_clis(machine: Machine) -> None:
    machine.install_pulumi(body="exit 255")
    run(machine, "preview", status=255)


def test_nothing_runs_on_a_stack_that_could_not_be_created(machine: Machine) -> None:
    machine.install_pulumi(exists=False, body="exit 7")
    run(machine, "up", status=7)
    assert len(machine.commands) == 1


@pytest.mark.parametrize(
    ("answer", "words"),
    [("\n", None), ("yes\n", None), ("prod\n", None), ("", None), ("dev\n", ["destroy", "--stack", "dev"])],
)
def test_a_destroy_takes_the_stacks_name_and_lets_pulumi_show_and_ask(
    machine: Machine, answer: str, words: list[str] | None
) -> None:
    machine.keep_state()
    type_in(machine, answer)
    ended = run(machine, "destroy", status=0 if words else 1)
    assert machine.commands == ([["pulumi", *words]] if words else [])
    assert ("Nothing was destroyed." in ended.err) is not bool(words)


def test_ctrl_c_at_the_question_of_a_destroy_destroys_nothing(machine: Machine) -> None:
    machine.keep_state()
    type_in(machine, "")
    machine.patch.setattr("builtins.input", lambda _: signal.raise_signal(signal.SIGINT))
    # A shell's background job ignores the signal.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        ended = run(machine, "destroy", status=1)
    finally:
        signal.signal(signal.SIGINT, before)
    assert machine.commands == []
    assert "Nothing was destroyed." in ended.err


def test_a_destroy_without_a_terminal_does_nothing_even_in_ci(machine: Machine) -> None:
    machine.keep_state()
    machine.setenv(CI="true")
    machine.patch.setattr("sys.stdin", io.StringIO("dev\n"))
    ended = run(machine, "destroy", status=1)
    assert machine.commands == []
    assert "YES=1" in ended.err


def test_ctrl_c_lets_the_cli_finish(machine: Machine) -> None:
    before = signal.getsignal(signal.SIGINT)
    # As a terminal does: to the child, which ends in its own time, and to this process.
    machine.install_pulumi(body="trap 'exit 3' INT; kill -INT $PPID; kill -INT $$; exit 4")
    run(machine, "up", status=3)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_cli_that_was_killed_leads_to_another_run(machine: Machine) -> None:
    machine.install_pulumi(body="kill -KILL $$")
    ended = run(machine, "up", status=-signal.SIGKILL)
    assert "killed by signal 9" in ended.err
    assert "Call make up STACK=dev again" in ended.err


def test_a_command_for_what_exists_leaves_no_empty_state_behind(machine: Machine) -> None:
    ended = run(machine, "refresh", status=1)
    assert "missing: the state of stack dev" in ended.err
    assert not machine.state.exists()
