"""The check in front of PostgreSQL takes what AWS's SDK signs, and nothing else."""

import time

import boto3
import pytest

from tests.live.token_check import ACCESS_KEY, LASTS, REGION, SECRET_KEY, is_good

HOST = "127.0.0.1:5433"


def token(user: str = "webui_app", host: str = HOST, secret: str = SECRET_KEY) -> str:
    keys = {"aws_access_key_id": ACCESS_KEY, "aws_secret_access_key": secret, "region_name": REGION}
    name, _, port = host.partition(":")
    signed = boto3.client("rds", **keys).generate_db_auth_token(DBHostname=name, Port=int(port), DBUsername=user)
    return str(signed)


def test_a_token_lets_its_user_in_while_it_lasts() -> None:
    assert is_good(token(), HOST, "webui_app", time.time())
    assert not is_good(token(), HOST, "webui_app", time.time() + LASTS + 5)


@pytest.mark.parametrize("other", [{"user": "webui_admin"}, {"host": "127.0.0.1:1"}, {"secret": "another"}], ids=str)
def test_a_token_of_another_does_not(other: dict[str, str]) -> None:
    assert not is_good(token(**other), HOST, "webui_app", time.time())


@pytest.mark.parametrize("other", ["", "a password"])
def test_what_is_no_token_does_not(other: str) -> None:
    assert not is_good(other, HOST, "webui_app", time.time())
