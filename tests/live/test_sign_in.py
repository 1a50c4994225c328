"""Sign-in with OpenID Connect at the real Open WebUI, with a real provider; `make live` asks for it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from live.processes import free_port
from live.stage import WEBUI
from tests.live.open_webui import Person
from tests.live.openid import CLIENT, SECRET, Claims, Provider, Visitor, start_provider
from tests.live.running import STACK, Live, applications
from tests.live.tool_server import tool_server
from tests.support.program import plan

pytestmark = pytest.mark.real

TASKS = 2
NOT_THERE = "arn:aws:secretsmanager:us-east-1:123456789012:secret:{}-AbCdEf"
ACCOUNTS: Claims = {
    name: {"email": f"{name}@example.com", "email_verified": True, "name": name.title(), **claims}
    for name, claims in {
        "captain": {"groups": ["captains", "staff"]},
        "sailor": {"groups": ["sailors", "staff"]},
        "pirate": {"groups": ["pirates"]},
        "drifter": {},
        "leaver": {"groups": ["sailors"]},
        "stowaway": {"groups": ["sailors"]},
        "traveller": {"groups": ["sailors"]},
    }.items()
}
SSO = {
    "providerUrl": "https://id.example.com/.well-known/openid-configuration",
    "clientId": CLIENT,
    "clientSecretArn": NOT_THERE.format("oidc"),
    "scopes": ["openid", "email", "profile", "offline_access"],
    "claims": {"roles": "groups", "groups": "groups"},
    "adminRoles": ["captains"],
    "allowedRoles": ["sailors"],
    "createGroups": True,
    "only": True,
    "backChannelLogout": True,
    "scim": True,
    "mergeByEmail": True,
}


@dataclass(frozen=True)
class Port:
    """Open WebUI's tasks and the provider."""

    live: Live
    provider: Provider

    @property
    def entrance(self) -> str:
        """What the button of the sign-in page opens."""
        return f"{self.live.url}/oauth/oidc/login"

    def arrive(self, name: str, visitor: Visitor | None = None) -> tuple[Visitor, Person]:
        """Somebody signs in."""
        visitor = visitor or Visitor()
        page = visitor.sign_in(name, self.entrance)
        assert page.url == f"{self.live.url}/auth", page
        return visitor, Person(url=self.live.url, token=visitor.cookie("token"))

    def refused(self, person: Person) -> list[bool]:
        """Whether each task refuses the person's session."""
        return [is_refused(Person(url=there.url, token=person.token)) for there in self.tasks]

    @property
    def tasks(self) -> list[Person]:
        """Nobody, at each task past the load balancer."""
        ports = [self.live.stage.slots[WEBUI][number - 1].port for number in self.live.running]
        return [Person(url=f"http://127.0.0.1:{port}") for port in ports]


def is_refused(person: Person, path: str = "/api/v1/auths/") -> bool:
    page = Visitor().send(person.url + path, None, person.token, method="GET")
    assert page.status in {200, 401}, page
    return page.status == 401


@pytest.fixture(scope="module")
def port() -> Iterator[Port]:
    recording = plan({"webui": {"sso": SSO}}, stack=STACK)
    with pytest.MonkeyPatch.context() as patch, applications("sign-in", recording, tasks=TASKS, begin=False) as live:
        patch.setenv("OAUTH_CLIENT_SECRET", SECRET)
        provider = start_provider(live.stage.processes, free_port(), live.url, ACCOUNTS, "/oauth/oidc/callback")
        # The plan takes https addresses only; make try takes the one of signing out away.
        here = {
            "OPENID_PROVIDER_URL": provider.discovery,
            "WEBUI_AUTH_SIGNOUT_REDIRECT_URL": live.url,
        }
        live.stage.programs[WEBUI] = replace(live.stage.programs[WEBUI], variables=here)
        live.begin()
        yield Port(live, provider)


def test_the_claim_makes_an_administrator_and_an_ordinary_user_with_their_groups(port: Port) -> None:
    _, captain = port.arrive("captain")
    _, sailor = port.arrive("sailor")
    assert [who.get("/api/v1/auths/")["role"] for who in (captain, sailor)] == ["admin", "user"]
    names = {group["id"]: group["name"] for group in captain.get("/api/v1/groups/")}
    assert sorted(names.values()) == ["captains", "sailors", "staff"]
    assert sorted(group["name"] for group in sailor.get("/api/v1/groups/")) == ["sailors", "staff"]
    assert port.refused(captain) == port.refused(sailor) == [False] * TASKS


def test_who_is_in_none_of_the_groups_is_refused_and_gets_no_account(port: Port) -> None:
    page = Visitor().sign_in("pirate", port.entrance)
    assert page.url.startswith(f"{port.live.url}/auth?error="), page.url
    _, captain = port.arrive("captain")
    assert (
        {"captain@example.com"}
        <= emails(captain)
        <= {f"{name}@example.com" for name in ACCOUNTS if name != "pirate"} | {port.live.account.email}
    )


def test_who_has_no_groups_at_all_waits_for_an_administrator(port: Port) -> None:
    _, drifter = port.arrive("drifter")
    assert drifter.get("/api/v1/auths/")["role"] == "pending"
    assert is_refused(drifter, "/api/models")


def test_the_page_has_no_password_form_and_leads_to_the_provider_at_once(port: Port) -> None:
    for there in port.tasks:
        told = there.get("/api/config")
        assert told["features"]["enable_login_form"] is False
        assert told["oauth"]["auto_redirect"] is True
        assert list(told["oauth"]["providers"]) == ["oidc"]


def test_the_providers_tokens_are_renewed(port: Port) -> None:
    visitor, captain = port.arrive("captain")
    renewed = port.provider.count("grant.success")
    with tool_server() as tools:
        asked = {"url": tools.url, "path": "openapi.json", "auth_type": "system_oauth", "key": "", "config": {}}
        for _ in range(2):
            answer = visitor.send(f"{port.live.url}/api/v1/configs/tool_servers/verify", asked, captain.token)
            assert answer.status == 200, answer
    assert len(set(tools.tokens)) == len(tools.tokens) == 2
    assert port.provider.count("grant.success") == renewed + 2


def test_signing_out_ends_both_sessions_on_every_task(port: Port) -> None:
    visitor, sailor = port.arrive("sailor")
    answer = visitor.send(f"{port.live.url}/api/v1/auths/signout", {}, sailor.token)
    assert port.refused(sailor) == [True] * TASKS
    leads_to = answer.json["redirect_url"]
    assert leads_to.startswith(f"{port.provider.issuer}/session/end?id_token_hint=")
    visitor.sign_out(leads_to)
    assert 'name="login"' in visitor.open(port.entrance).text, "the provider asks who it is"


def test_signing_out_at_the_provider_ends_the_sessions_here_on_every_task(port: Port) -> None:
    visitor, leaver = port.arrive("leaver")
    _, elsewhere = port.arrive("leaver")
    _, traveller = port.arrive("traveller")
    time.sleep(1)  # sessions are told apart by the second
    visitor.sign_out(f"{port.provider.issuer}/session/end")
    assert port.refused(leaver) == port.refused(elsewhere) == [True] * TASKS
    assert port.refused(traveller) == [False] * TASKS
    time.sleep(1)
    _, again = port.arrive("leaver")
    assert port.refused(again) == [False] * TASKS


def test_scim_makes_a_user_who_signs_in_and_removes_them_with_their_sessions(port: Port) -> None:
    visitor, users = Visitor(), f"{port.live.url}/api/v1/scim/v2/Users"
    token = port.live.stage.variables(WEBUI, port.live.stage.tasks[WEBUI].main)["SCIM_TOKEN"]
    account = {
        "userName": "stowaway@example.com",
        "displayName": "Stowaway",
        "emails": [{"value": "stowaway@example.com", "primary": True}],
        "active": True,
    }
    assert visitor.send(users, account, "another-token").status == 401
    made = visitor.send(users, account, token)
    assert made.status == 201, made
    _, captain = port.arrive("captain")
    assert "stowaway@example.com" in emails(captain)
    _, stowaway = port.arrive("stowaway")
    assert stowaway.get("/api/v1/auths/")["id"] == made.json["id"]
    gone = visitor.send(f"{users}/{made.json['id']}", None, token, method="DELETE")
    assert gone.status == 204, gone
    assert "stowaway@example.com" not in emails(captain)
    assert port.refused(stowaway) == [True] * TASKS


def emails(administrator: Person) -> set[str]:
    return {user["email"] for user in administrator.get("/api/v1/users/all")["users"]}


def test_a_header_that_a_client_makes_up_signs_nobody_in(port: Port) -> None:
    for name in ("X-Forwarded-Email", "X-Amzn-Oidc-Identity", "X-WebUI-Verified-Email"):
        headers = {name: "captain@example.com"}
        page = Visitor().send(f"{port.live.url}/api/v1/auths/signin", {"email": "", "password": ""}, headers=headers)
        assert page.status == 400, page
