"""`make users` with the real Open WebUI: its API does what the command says; `make live` asks for it."""

from collections.abc import Callable, Iterator

import pytest

from scripts import users
from scripts.first_account import FirstAccount
from tests.live.open_webui import Person
from tests.live.running import Live, applications
from tests.support.screen import screen

pytestmark = pytest.mark.real

Run = Callable[..., str]


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    with applications("users") as running:
        yield running


@pytest.fixture
def run(live: Live, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Call the command; what it printed and the terminal showed."""
    account = FirstAccount(url=live.url, email=live.account.email, password_from="")
    monkeypatch.setattr(users, "read_deployed", lambda *_: None)
    monkeypatch.setattr(users, "find_first_account", lambda _: account)
    monkeypatch.setattr(users, "read_password", lambda *_: live.account.password)
    with screen(monkeypatch) as sitting:

        def call(*words: str) -> str:
            assert users.main(["--stack", "dev", *words]) == 0, capsys.readouterr().err
            return capsys.readouterr().out + sitting.shown

        yield call


def roles(listed: str) -> dict[str, str]:
    rows = (line.split() for line in listed.splitlines()[1:] if "@" in line)
    return {row[0]: row[1] for row in rows}


def test_an_account_is_made_gets_another_password_and_becomes_an_administrators(live: Live, run: Run) -> None:
    made = run("--add", "ana@example.com").partition("Password of ana@example.com: ")[2].split()[0]
    ana = Person(url=live.url).sign_in("ana@example.com", made)
    assert roles(run()) == {live.account.email: "admin", "ana@example.com": "user"}
    with pytest.raises(AssertionError, match="answers 401"):
        ana.get("/api/v1/users/all")
    other = run("--reset", "ana@example.com").partition("Password of ana@example.com: ")[2].split()[0]
    with pytest.raises(AssertionError, match="answers 400"):
        Person(url=live.url).sign_in("ana@example.com", made)
    with pytest.raises(AssertionError, match="answers 401"):
        ana.get("/api/v1/auths/")  # a session of the old password
    ana = Person(url=live.url).sign_in("ana@example.com", other)
    run("--admin", "ana@example.com")
    assert len(ana.get("/api/v1/users/all")["users"]) == 2
    assert roles(run()) == {live.account.email: "admin", "ana@example.com": "admin"}
