"""Sign-in with a directory's password at the real Open WebUI, with a real directory; `make live` asks for it.

The directory is OpenLDAP's slapd with TLS from the first byte, as a company has it behind `webui.ldap`. It comes from
Debian's packages, which an ordinary user may fetch and unpack: PyPI has none that keeps `memberOf` by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from live.processes import free_port
from tests.live.certificates import certify, make_authority
from tests.live.directory import BIND_DN, BIND_PASSWORD, GROUPS, PEOPLE, Directory, group, person
from tests.live.open_webui import Person
from tests.live.openid import Page, Visitor
from tests.live.running import STACK, Live, applications
from tests.support.program import plan

pytestmark = pytest.mark.real

SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:{}-AbCdEf"
CHAT = "Chat, all hands"
NAMES = ("sailor", "leaver", "captain", "pirate", "impostor")
CREW = ("sailor", "leaver", "impostor")
LDAP = {
    "host": "localhost",
    "bindDn": BIND_DN,
    "bindSecretArn": SECRET.format("ldap"),
    "searchBase": PEOPLE,
    "searchFilter": f"(|(memberOf=CN=Chat\\5c, all hands,{GROUPS})(employeeType=officer))",
    "groupsAttribute": "memberOf",
    "createGroups": True,
}


def password_of(name: str) -> str:
    return f"{name} knows the word"


@dataclass(frozen=True)
class Port:
    """Open WebUI and the directory."""

    live: Live
    directory: Directory

    def ask(self, name: str, password: str) -> Page:
        """Send what the page's form sends."""
        return Visitor().send(f"{self.live.url}/api/v1/auths/ldap", {"user": name, "password": password})

    def arrive(self, name: str) -> Person:
        """Somebody signs in with the right password."""
        page = self.ask(name, password_of(name))
        assert page.status == 200, page
        return Person(url=self.live.url, token=page.json["token"])

    def groups(self, who: Person) -> list[str]:
        """The groups that Open WebUI has somebody in."""
        return sorted(one["name"] for one in who.get("/api/v1/groups/"))

    @property
    def emails(self) -> set[str]:
        """Whom Open WebUI has accounts of."""
        return {user["email"] for user in self.live.person.get("/api/v1/users/all")["users"]}


@pytest.fixture(scope="module")
def port() -> Iterator[Port]:
    number = free_port()
    webui = {
        "ldap": {**LDAP, "port": number},
        "egress": [{"port": number, "cidrs": ["127.0.0.1/32"]}],
        "defaultRole": "user",
    }
    recording = plan({"webui": webui, "rootCertificates": SECRET.format("roots")}, stack=STACK)
    with pytest.MonkeyPatch.context() as patch, applications("directory", recording, begin=False) as live:
        folder = live.stage.data / "directory"
        folder.mkdir()
        for authority in ("authority", "stranger"):
            make_authority(folder, authority)
        certify(folder, "directory", "localhost")
        certify(folder, "another-name", "ldap.example.com")
        certify(folder, "another-authority", "localhost", "stranger")
        patch.setenv("LDAP_APP_PASSWORD", BIND_PASSWORD)
        patch.setenv("ROOT_CERTIFICATES", (folder / "authority.pem").read_text())
        directory = Directory(folder=folder, port=number, processes=live.stage.processes)
        directory.create("directory")
        live.begin()
        more = {
            "sailor": {"cn": "Sinbad the Sailor"},
            "captain": {"employeeType": "officer"},
            "impostor": {"mail": live.account.email},
        }
        people = [person(name, password_of(name), **more.get(name, {})) for name in NAMES]
        groups = [
            group(CHAT, *CREW),
            group("deck", "sailor"),
            group("staff", "captain"),
            group("pirates", "pirate"),
        ]
        directory.change("".join([*people, *groups]))
        yield Port(live, directory)


def test_the_page_offers_the_directory(port: Port) -> None:
    assert Person(url=port.live.url).get("/api/config")["features"]["enable_ldap"] is True


def test_a_person_of_the_directory_gets_an_account_with_name_address_and_the_stacks_role(port: Port) -> None:
    account = port.arrive("sailor").get("/api/v1/auths/")
    assert (account["name"], account["email"], account["role"]) == ("Sinbad the Sailor", "sailor@example.com", "user")


def test_a_name_is_the_same_in_capitals(port: Port) -> None:
    account = port.arrive("sailor").get("/api/v1/auths/")
    page = port.ask("SAILOR", password_of("sailor"))
    assert page.json["id"] == account["id"], page


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("captain", "another word"),
        ("captain", ""),
        ("captain", " "),
        ("pirate", password_of("pirate")),
        ("nobody", "any"),
        ("*", password_of("captain")),
        ("capt*", password_of("captain")),
        ("captain)(uid=captain", password_of("captain")),
        ("pirate)(|(uid=pirate", password_of("pirate")),
    ],
)
def test_who_has_another_password_or_is_not_found_by_the_filter_stays_outside(
    port: Port, name: str, password: str
) -> None:
    before = port.emails
    page = port.ask(name, password)
    assert page.status == 400, page
    assert "token" not in page.json
    assert port.emails == before


def test_groups_of_the_directory_appear_and_are_left_again_at_the_next_sign_in(port: Port) -> None:
    assert port.groups(port.arrive("sailor")) == [CHAT, "deck"]
    port.directory.leave("deck", "sailor")
    port.directory.join("staff", "sailor")
    assert port.groups(port.arrive("sailor")) == [CHAT, "staff"]


def test_a_group_that_the_administrator_has_put_somebody_in_is_left_at_the_next_sign_in(port: Port) -> None:
    sailor = port.arrive("sailor")
    before = port.groups(sailor)
    made = port.live.person.post("/api/v1/groups/create", name="by hand", description="")
    port.live.person.post(f"/api/v1/groups/id/{made['id']}/users/add", user_ids=[sailor.get("/api/v1/auths/")["id"]])
    assert port.groups(sailor) == sorted([*before, "by hand"])
    assert port.groups(port.arrive("sailor")) == before


def test_who_is_in_no_group_any_more_keeps_those_of_the_last_sign_in(port: Port) -> None:
    assert port.groups(port.arrive("captain")) == ["staff"]
    port.directory.leave("staff", "captain")
    assert port.groups(port.arrive("captain")) == ["staff"]


def test_whom_the_filter_leaves_out_from_now_on_keeps_the_session_until_the_administrator_ends_it(port: Port) -> None:
    leaver = port.arrive("leaver")
    port.directory.leave(CHAT, "leaver")
    assert port.ask("leaver", password_of("leaver")).status == 400
    account = leaver.get("/api/v1/auths/")
    assert leaver.models() == port.live.person.models()
    port.live.person.post(f"/api/v1/users/{account['id']}/update", role="pending")
    with pytest.raises(AssertionError, match="answers 401"):
        leaver.models()


def test_who_has_the_address_of_an_account_gets_into_that_account(port: Port) -> None:
    account = port.arrive("impostor").get("/api/v1/auths/")
    assert (account["email"], account["role"]) == (port.live.account.email, "admin")


@pytest.mark.parametrize(
    ("certificate", "why"), [("another-authority", "certificate verify failed"), ("another-name", "doesn't match")]
)
def test_a_certificate_that_is_not_the_directorys_gets_no_password(port: Port, certificate: str, why: str) -> None:
    log = port.live.stage.processes.log("webui")
    before = len(log.read_text())
    port.directory.stop()
    try:
        port.directory.start(certificate)
        page = port.ask("sailor", password_of("sailor"))
        assert page.status == 400, page
        assert why in log.read_text()[before:]
        assert "ACCEPT" in port.directory.log
        assert "BIND" not in port.directory.log
    finally:
        port.directory.stop()
        port.directory.start("directory")
    port.arrive("sailor")


def test_no_password_is_in_a_log(port: Port) -> None:
    port.arrive("sailor")
    port.ask("captain", "another word")
    logs = {log.name: log.read_text(errors="replace") for log in port.live.stage.processes.logs.glob("*.log")}
    assert "BIND" in logs["slapd.log"]
    assert "LDAP groups for user" in logs["webui.log"]
    for password in (BIND_PASSWORD, password_of("sailor"), "another word"):
        assert [name for name, text in logs.items() if password in text] == []
