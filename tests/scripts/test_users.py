"""`make users` does by Open WebUI's API what an administrator does in the browser, and keeps passwords to itself."""

import json
import socket
import sys
from collections.abc import Iterator

import pytest

from scripts import session, terminal, users
from tests.scripts.deployed_stack import ADMIN, PASSWORD, Run, Stack, deployed
from tests.scripts.standins import Machine, Outcome
from tests.scripts.test_session import running, task
from tests.scripts.webui_stand_in import PAGE, TAKEN, WRONG, StandIn, webui_stand_in
from tests.support.screen import Screen, screen

FORWARDER = """
import json, socket, sys, threading
port = int(json.loads(sys.argv[sys.argv.index("--parameters") + 1])["localPortNumber"][0])
def pump(one, other):
    while data := one.recv(65536):
        other.sendall(data)
    other.shutdown(socket.SHUT_WR)
server = socket.create_server(("127.0.0.1", port))
while True:
    client, _ = server.accept()
    there = socket.create_connection(("127.0.0.1", {port}))
    for pair in ((client, there), (there, client)):
        threading.Thread(target=pump, args=pair, daemon=True).start()
"""


@pytest.fixture
def webui() -> Iterator[StandIn]:
    with webui_stand_in() as there:
        there.add(ADMIN, role="admin", password=PASSWORD)
        there.add("ana@example.com", name="Ana")
        yield there


@pytest.fixture
def stack(machine: Machine, webui: StandIn) -> Iterator[Stack]:
    """A deployed stack whose Open WebUI is the stand-in."""
    with deployed(machine) as stack:
        register(stack, webui.url, stack.client("secretsmanager").describe_secret(SecretId="password")["ARN"])
        yield stack


def register(stack: Stack, url: str, password_from: str) -> None:
    secrets = [{"name": "WEBUI_ADMIN_PASSWORD", "valueFrom": password_from}]
    webui = stack.register("webui", secrets, WEBUI_URL=url, WEBUI_ADMIN_EMAIL=ADMIN)
    stack.task_definitions["webui"] = webui
    stack.publish()


@pytest.fixture
def run(machine: Machine, stack: Stack) -> Run:
    return lambda *words, status=0: machine.run(users.main, "--stack", "dev", *words, status=status)


@pytest.fixture
def sitting(machine: Machine) -> Iterator[Screen]:
    """Somebody sits at the terminal, and answers yes."""
    with screen(machine.patch) as there:
        yield there


def test_it_lists_accounts_with_role_and_day(run: Run) -> None:
    assert run().out.splitlines() == [
        "e-mail             role   last seen   name",
        "admin@example.com  admin  2026-09-21  admin@example.com",
        "ana@example.com    user   2026-09-21  Ana",
    ]


def test_it_lists_those_of_every_page(run: Run, webui: StandIn) -> None:
    for number in range(2 * PAGE):
        webui.add(f"user{number}@example.com")
    assert len(run().out.splitlines()) == 1 + len(webui.accounts)


def password_on(shown: str, email: str) -> str:
    return shown.partition(f"Password of {email}: ")[2].split()[0]


@pytest.mark.parametrize(("words", "name"), [([], "bo"), (["--name", "Bo Li"], "Bo Li")])
def test_it_makes_a_user_whose_password_only_the_terminal_shows(
    run: Run, webui: StandIn, sitting: Screen, words: list[str], name: str
) -> None:
    ended = run("--add", "bo@example.com", *words)
    made = webui.accounts["bo@example.com"]
    assert (made["role"], made["name"]) == ("user", name)
    assert made["password"] == password_on(sitting.shown, "bo@example.com")
    assert made["password"] not in ended.printed


def test_it_gives_a_new_password_that_is_another_each_time(run: Run, webui: StandIn, sitting: Screen) -> None:
    ended = run("--reset", "Ana@example.com")
    first = webui.accounts["ana@example.com"]["password"]
    assert password_on(sitting.shown, "Ana@example.com") == first != "made-up"
    assert first not in ended.printed
    run("--reset", "ana@example.com")
    assert webui.accounts["ana@example.com"]["password"] != first


@pytest.mark.parametrize("words", [("--add", "bo@example.com"), ("--reset", "ana@example.com")])
def test_without_a_terminal_no_password_is_made(
    run: Run, webui: StandIn, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setattr(terminal, "DEVICE", "/dev/no-terminal")
    assert "missing: a terminal, on which the new password is shown" in run(*words, status=1).err
    assert webui.asked == []


def test_it_makes_an_administrator(run: Run, webui: StandIn) -> None:
    run("--admin", "ana@example.com")
    assert webui.accounts["ana@example.com"]["role"] == "admin"
    assert webui.accounts["ana@example.com"]["password"] == "made-up"


def test_who_is_not_there_is_told_with_the_command_that_makes_them(run: Run) -> None:
    ended = run("--admin", "bo@example.com", status=1)
    assert "missing: an account of bo@example.com\n      Make it: make users STACK=dev ADD=bo@example.com" in ended.err


def test_what_open_webui_refuses_is_told_in_its_words(run: Run, sitting: Screen) -> None:
    assert f"error: Open WebUI refuses: {TAKEN}" in run("--add", "ana@example.com", status=1).err


def test_a_password_that_was_changed_leads_to_another_administrator(
    run: Run, webui: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    webui.accounts[ADMIN]["password"] = "another"
    ended = run(status=1)
    assert f"error: Open WebUI refuses: {WRONG}" in ended.err
    assert "make users STACK=dev BY=<e-mail>" in ended.err
    webui.accounts["ana@example.com"]["role"] = "admin"
    passwords = {"Password of ana@example.com: ": "made-up"}
    monkeypatch.setattr("getpass.getpass", passwords.pop)
    run("--sign-in-as", "ana@example.com")
    assert passwords == {}


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ((403, {"detail": "prohibited"}), "takes no passwords"),
        ((200, {"mfa_required": True}), "has a second factor"),
    ],
)
def test_a_sign_in_that_takes_more_than_a_password_is_told(
    run: Run, webui: StandIn, answer: tuple[int, dict[str, object]], told: str
) -> None:
    webui.sign_in = answer
    assert told in run(status=1).err


def test_a_password_that_is_one_value_of_a_secret_is_found(run: Run, stack: Stack, webui: StandIn) -> None:
    text = f'{{"password": "{PASSWORD}"}}'
    kept = stack.client("secretsmanager").create_secret(Name="several", SecretString=text)
    register(stack, webui.url, f"{kept['ARN']}:password::{kept['VersionId']}")
    run()
    register(stack, webui.url, f"{kept['ARN']}:other::")
    assert "has no key other" in run(status=1).err


@pytest.fixture
def way_through_a_task(stack: Stack, webui: StandIn) -> Iterator[None]:
    """An AWS CLI that forwards a port to the stand-in, and a sign-in page in front of the stack's own address."""
    webui.front = "<html>Sign in</html>"
    program = stack.machine.home / "forward.py"
    program.write_text(FORWARDER.replace("{port}", webui.url.rpartition(":")[2]))
    stack.machine.install("session-manager-plugin")
    told = f"[ $1 = --version ] && exec echo aws-cli/2.31.1; exec '{sys.executable}' '{program}' \"$@\""
    stack.machine.install("aws", body=told)
    with running(task(stack, "webui")):
        yield


def local_port(call: list[str]) -> int:
    return int(json.loads(call[call.index("--parameters") + 1])["localPortNumber"][0])


@pytest.mark.usefixtures("way_through_a_task")
def test_out_of_reach_it_goes_through_a_task_and_ends_the_session(run: Run, stack: Stack) -> None:
    ended = run()
    assert "ana@example.com" in ended.out
    assert "is out of reach from here: going through a task" in ended.err
    (call,) = (call for call in stack.machine.calls if call[:3] == ["aws", "ssm", "start-session"])
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", local_port(call))):
        pass


@pytest.mark.usefixtures("way_through_a_task")
def test_a_session_that_does_not_open_is_told_with_what_the_aws_cli_said(run: Run, stack: Stack) -> None:
    stack.machine.install(
        "aws", body="[ $1 = --version ] && exec echo aws-cli/2.31.1; echo TargetNotConnected; exit 254"
    )
    ended = run(status=1)
    assert "did not open:\nTargetNotConnected" in ended.err


@pytest.mark.usefixtures("way_through_a_task")
def test_the_tools_of_the_way_through_a_task_are_asked_for(run: Run, stack: Stack) -> None:
    (stack.machine.bin / "session-manager-plugin").unlink()
    assert "missing: the Session Manager plugin" in run(status=1).err


def open_it(machine: Machine) -> Outcome:
    return machine.run(session.main, "open", "--stack", "dev")


def test_open_says_address_and_first_administrator_and_shows_the_password_to_who_asks(
    machine: Machine, stack: Stack, webui: StandIn, sitting: Screen
) -> None:
    ended = open_it(machine)
    assert ended.out.splitlines() == [f"Open WebUI: {webui.url}", f"The first administrator: {ADMIN}"]
    shown = sitting.shown
    assert "Show the password here? [y/N]" in shown
    assert f"Password: {PASSWORD}" in shown
    assert PASSWORD not in ended.printed
    assert [call for call in stack.machine.calls if call[0] == "aws"] == []


def test_open_without_a_terminal_names_the_command_that_prints_the_password(
    machine: Machine, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "DEVICE", "/dev/no-terminal")
    ended = open_it(machine)
    assert "The password: aws secretsmanager get-secret-value --region eu-west-1 --secret-id " in ended.out
    assert PASSWORD not in ended.printed
