"""AWS is asked as the Pulumi provider asks it: with its keys and profile, and by the roles that it assumes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from health.aws import open_session
from scripts import stack_file
from tests.scripts.standins import listening

FIRST, SECOND = (f"arn:aws:iam::{account}:role/deployer" for account in ("111111111111", "222222222222"))


@pytest.fixture(autouse=True)
def moto(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    with mock_aws():
        yield


def account(provider: dict[str, Any]) -> str:
    return str(open_session(provider, "eu-west-1").client("sts").get_caller_identity()["Account"])


def test_roles_are_assumed_one_after_the_other() -> None:
    asked: list[dict[str, Any]] = []
    with listening("provide-client-params.sts.AssumeRole", lambda params, **_: asked.append(dict(params))):
        roles = [{"roleArn": FIRST, "externalId": "made-up"}, {"roleArn": SECOND, "sessionName": "ci"}]
        assert account({"assumeRoles": roles}) == "222222222222"
    assert asked == [
        {"RoleArn": FIRST, "RoleSessionName": "webui-bedrock", "ExternalId": "made-up"},
        {"RoleArn": SECOND, "RoleSessionName": "ci"},
    ]
    assert account({"assumeRole": {"roleArn": FIRST}}) == "111111111111"


def test_without_a_role_the_machines_own_credentials_count() -> None:
    assert account({}) == "123456789012"
    session = open_session({"accessKey": "own", "secretKey": "made-up", "token": "t"}, "eu-west-1")
    assert session.get_credentials().access_key == "own"
    assert session.region_name == "eu-west-1"


@pytest.mark.parametrize("role", [{}, {"sessionName": "ci"}])
def test_a_role_without_a_name_is_none(role: dict[str, str]) -> None:
    assert account({"assumeRole": role}) == "123456789012"


def test_what_a_stacks_file_keeps_secret_is_not_handed_on(tmp_path: Path) -> None:
    values = "aws:region: eu-west-1\n  aws:profile: ours\n  aws:secretKey: {secure: v1:made-up}"
    (tmp_path / "Pulumi.dev.yaml").write_text(f"config:\n  {values}\n")
    assert stack_file.read(tmp_path, "dev").of_provider == {"region": "eu-west-1", "profile": "ours"}
