"""The user pool lets in whom it is told to, sends people back to Open WebUI alone, and shows its secret to nobody."""

from functools import cache
from typing import Any

import pulumi_aws as aws
import pytest

from offline.engine.recording import Recording
from tests.support.component_variants import recorded
from tests.support.program import texts


@cache
def made(name: str) -> Recording:
    return recorded(name)


def pool(name: str) -> dict[str, Any]:
    return dict(made(name).one(aws.cognito.UserPool).inputs)


def client(name: str) -> dict[str, Any]:
    return dict(made(name).one(aws.cognito.UserPoolClient).inputs)


def test_nobody_makes_an_account_without_being_asked_in() -> None:
    assert pool("user pool")["adminCreateUserConfig"] == {"allowAdminCreateUserOnly": True}
    assert pool("user pool with everything")["adminCreateUserConfig"] == {"allowAdminCreateUserOnly": False}


def test_a_password_alone_is_not_enough() -> None:
    assert pool("user pool")["mfaConfiguration"] == "ON"
    assert pool("user pool")["softwareTokenMfaConfiguration"] == {"enabled": True}
    assert pool("user pool")["passwordPolicy"] == {
        "minimumLength": 14,
        "requireLowercase": True,
        "requireUppercase": True,
        "requireNumbers": True,
        "requireSymbols": True,
        "temporaryPasswordValidityDays": 7,
    }


def test_people_are_known_by_an_address_that_they_have_shown_to_be_theirs() -> None:
    found = pool("user pool")
    assert found["usernameAttributes"] == found["autoVerifiedAttributes"] == ["email"]
    assert found["userAttributeUpdateSettings"] == {"attributesRequireVerificationBeforeUpdates": ["email"]}
    assert found["usernameConfiguration"] == {"caseSensitive": False}


@pytest.mark.parametrize("name", ["user pool", "user pool with everything"])
def test_people_are_sent_back_to_open_webui_and_nowhere_else(name: str) -> None:
    found = client(name)
    assert found["callbackUrls"] == ["https://chat.example.com/oauth/oidc/callback"]
    assert found["logoutUrls"] == ["https://chat.example.com/auth"]
    assert found["allowedOauthFlows"] == ["code"]
    assert found["generateSecret"] is True


def test_the_pages_have_a_style_without_which_they_are_not_shown() -> None:
    domain, style = (
        made("user pool").one(aws.cognito.UserPoolDomain),
        made("user pool").one(aws.cognito.ManagedLoginBranding),
    )
    assert domain.inputs["managedLoginVersion"] == 2
    assert pool("user pool")["userPoolTier"] == "ESSENTIALS"
    assert style.inputs["useCognitoProvidedValues"] is True
    assert style.inputs["clientId"] == made("user pool").one(aws.cognito.UserPoolClient).id


def test_another_address_of_the_pages_waits_until_the_old_one_is_gone() -> None:
    assert made("user pool").one(aws.cognito.UserPoolDomain).delete_before_replace


def test_the_clients_secret_is_in_secrets_manager_and_wrapped() -> None:
    recording = made("user pool")
    secret = str(recording.one(aws.cognito.UserPoolClient).outputs["clientSecret"])
    holders = [one for one in recording.resources if any(secret in text for _, text in texts(one.inputs))]
    assert [(one.short_type, one.secret_inputs) for one in holders] == [
        ("secretsmanager.SecretVersion", frozenset({"secretString"}))
    ]


def test_a_pool_with_people_in_it_is_guarded() -> None:
    assert pool("user pool with everything")["deletionProtection"] == "ACTIVE"
    assert made("user pool with everything").one(aws.cognito.UserPool).protect
    assert pool("user pool")["deletionProtection"] == "INACTIVE"


def test_its_groups_are_those_that_are_named() -> None:
    groups = made("user pool with everything").of_type(aws.cognito.UserGroup)
    assert [group.inputs["name"] for group in groups] == ["chat-admins", "chat-users"]
