"""The real Open WebUI behind a load balancer that signs people in: it believes its signature and no header besides.

The test stands for the load balancer's part: it signs as AWS documents it, and serves the public key.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pulumi_aws as aws
import pytest

from containers.webui_front import DATA, EMAIL
from live.stage import WEBUI
from tests.live.openid import Page, Visitor
from tests.live.running import STACK, Live, applications
from tests.support.program import plan
from tests.support.signed_by_alb import key_server, signed

pytestmark = pytest.mark.real

POOL = {
    "userPoolArn": "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_Ab12Cd34E",
    "clientId": "1example23456789",
    "domain": "my-company",
}
ANA = "ana@example.com"


@dataclass(frozen=True)
class Entrance:
    """Open WebUI, and what its load balancer signs."""

    live: Live
    signer: str

    def data(self, email: str, **head: Any) -> str:
        """What the load balancer says of a person who has signed in."""
        right: dict[str, Any] = {"signer": self.signer, "client": POOL["clientId"]}
        return signed({"sub": email, "email": email, "email_verified": "true", "name": email}, **{**right, **head})

    def enter(self, visitor: Visitor, **headers: str) -> Page:
        """What the page of Open WebUI does first."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return visitor.send(f"{self.live.url}/api/v1/auths/signin", {"email": "", "password": ""}, headers=named)

    def look(self, visitor: Visitor, token: str, **headers: str) -> Page:
        """Who somebody is, to Open WebUI."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return visitor.send(f"{self.live.url}/api/v1/auths/", None, token, method="GET", headers=named)


SIGNED, WRITTEN = DATA.decode().replace("-", "_"), EMAIL.decode().replace("-", "_")


@pytest.fixture(scope="module")
def entrance() -> Iterator[Entrance]:
    balancer = {"domain": "chat.example.com", "hostedZoneId": "Z0123456789ABCDEFGHIJ", "plainHttp": False}
    recording = plan({"loadBalancer": {**balancer, "authenticate": {"cognito": POOL}}}, stack=STACK)
    with key_server() as (keys, _), applications("signed-in", recording, begin=False) as live:
        # What make try leaves out, where nobody signs.
        here = {"WEBUI_AUTH_TRUSTED_EMAIL_HEADER": EMAIL.decode(), "ALB_KEYS_URL": keys}
        live.stage.programs[WEBUI] = replace(live.stage.programs[WEBUI], variables=here)
        live.begin()
        yield Entrance(live, recording.one(aws.lb.LoadBalancer).outputs["arn"])


def test_whom_the_load_balancer_signs_for_is_in_and_the_first_administrator_is_one(entrance: Entrance) -> None:
    made = entrance.enter(Visitor(), **{SIGNED: entrance.data(ANA)})
    assert made.status == 200, made
    email = entrance.live.account.email
    administrator = entrance.enter(Visitor(), **{SIGNED: entrance.data(email)})
    assert (administrator.json["email"], administrator.json["role"]) == (email, "admin")


@pytest.mark.parametrize("forged", ["written", "signer", "client", "expired", "unsigned", "replayed twice"])
def test_a_header_that_a_client_makes_up_signs_nobody_in(entrance: Entrance, forged: str) -> None:
    email = entrance.live.account.email
    headers = {
        "written": {WRITTEN: email},
        "signer": {SIGNED: entrance.data(email, signer="arn:aws:elasticloadbalancing:another")},
        "client": {SIGNED: entrance.data(email, client="another")},
        "expired": {SIGNED: entrance.data(email, exp=1)},
        "unsigned": {SIGNED: entrance.data(email, alg="none").rpartition(".")[0] + ".", WRITTEN: email},
        "replayed twice": {SIGNED: f"{entrance.data(email)}, {entrance.data(email)}"},
    }[forged]
    page = entrance.enter(Visitor(), **headers)
    assert page.status == 400, page
    assert "trusted header" in page.text.lower()


def test_the_signature_wins_over_a_header_beside_it(entrance: Entrance) -> None:
    page = entrance.enter(Visitor(), **{SIGNED: entrance.data(ANA), WRITTEN: entrance.live.account.email})
    assert page.json.get("email", ANA) == ANA
    assert page.json.get("role") != "admin"


def test_no_password_signs_in_past_the_load_balancer(entrance: Entrance) -> None:
    account = {"email": entrance.live.account.email, "password": entrance.live.account.password}
    assert Visitor().send(f"{entrance.live.url}/api/v1/auths/signin", account).status == 400


def test_a_session_is_no_other_persons(entrance: Entrance) -> None:
    email = entrance.live.account.email
    token = entrance.enter(Visitor(), **{SIGNED: entrance.data(email)}).json["token"]
    assert entrance.look(Visitor(), token, **{SIGNED: entrance.data(email)}).status == 200
    assert entrance.look(Visitor(), token, **{SIGNED: entrance.data(ANA)}).status == 401


def test_signing_out_ends_the_session_here_and_at_the_load_balancer(entrance: Entrance) -> None:
    signs = {SIGNED: entrance.data(entrance.live.account.email)}
    token = entrance.enter(Visitor(), **signs).json["token"]
    page = Visitor().send(f"{entrance.live.url}/api/v1/auths/signout", {}, token)
    assert page.status == 200, page
    ended = [value for name, value in page.headers if name.lower() == "set-cookie" and "Max-Age=0" in value]
    assert {value.partition("=")[0] for value in ended} >= {f"AWSELBAuthSessionCookie-{n}" for n in range(4)}
    assert entrance.look(Visitor(), token, **signs).status == 401
