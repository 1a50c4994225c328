"""Who signs in to Open WebUI: each provider by the variables that Open WebUI 0.12.4 reads for it, and no others."""

from collections.abc import Mapping
from typing import Any

import pulumi_aws as aws
import pytest

from offline.difference import compare
from settings.reserved_env import SSO_KEYS
from tests.program.variants import SECRET_ARN
from tests.support.program import environment, plan, secrets

ACCOUNT = "123456789012"
DOMAIN = {"domain": "chat.example.com", "hostedZoneId": "Z0123456789ABCDEFGHIJ"}
CALLBACK = "https://chat.example.com/oauth/{}/callback"
DISCOVERY = "https://id.example.com/.well-known/openid-configuration"
CLIENT = {"clientId": "open-webui", "clientSecretArn": SECRET_ARN}
OIDC = {**CLIENT, "providerUrl": DISCOVERY}
EVERYTHING = {
    **OIDC,
    "name": "Example Ltd",
    "scopes": ["openid", "email", "groups"],
    "claims": {"email": "mail", "name": "cn", "subject": "oid", "groups": "groups", "roles": "roles"},
    "adminRoles": ["owners"],
    "allowedRoles": ["staff", "guests"],
    "allowedDomains": ["example.com"],
    "createGroups": True,
    "blockedGroups": ["everyone"],
    "mergeByEmail": True,
    "only": True,
    "endSessionUrl": "https://id.example.com/logout",
    "signedOutUrl": "https://chat.example.com/auth",
    "sessionHours": 8,
    "scim": True,
    "backChannelLogout": True,
}
ALWAYS = {"ENABLE_OAUTH_SIGNUP": "true", "ENABLE_OAUTH_ID_TOKEN_COOKIE": "false"}
PKCE = {"OAUTH_CODE_CHALLENGE_METHOD": "S256"}


def variables(**webui: Any) -> tuple[dict[str, str], dict[str, str]]:
    """What the sign-in adds to Open WebUI's variables, and to its secrets."""
    plans = [plan({"loadBalancer": DOMAIN, "webui": more}) for more in ({}, webui)]
    before, after = (environment(one, "webui") for one in plans)
    return (
        {name: value for name, value in after.items() if before.get(name) != value},
        {name: value for name, value in secrets(plans[1], "webui").items() if name not in secrets(plans[0], "webui")},
    )


SIGN_INS: Mapping[str, tuple[dict[str, Any], dict[str, str]]] = {
    "the short form": (
        {"oidc": OIDC},
        {
            "OAUTH_CLIENT_ID": "open-webui",
            "OPENID_PROVIDER_URL": DISCOVERY,
            "OPENID_REDIRECT_URI": CALLBACK.format("oidc"),
            **PKCE,
        },
    ),
    "a public client": (
        {"sso": {"providerUrl": DISCOVERY, "clientId": "open-webui"}},
        {
            "OAUTH_CLIENT_ID": "open-webui",
            "OPENID_PROVIDER_URL": DISCOVERY,
            "OPENID_REDIRECT_URI": CALLBACK.format("oidc"),
            **PKCE,
        },
    ),
    "Google": (
        {"sso": {**CLIENT, "preset": "google", "allowedDomains": ["example.com", "example.org"]}},
        {
            "GOOGLE_CLIENT_ID": "open-webui",
            "GOOGLE_REDIRECT_URI": CALLBACK.format("google"),
            "OPENID_PROVIDER_URL": "https://accounts.google.com/.well-known/openid-configuration",
            "OAUTH_ALLOWED_DOMAINS": "example.com,example.org",
            **PKCE,
        },
    ),
    "Microsoft, with Entra's app roles": (
        {"sso": {**CLIENT, "preset": "microsoft", "tenant": "example.com", "allowedRoles": ["Chat.User"]}},
        {
            "MICROSOFT_CLIENT_ID": "open-webui",
            "MICROSOFT_CLIENT_TENANT_ID": "example.com",
            "MICROSOFT_REDIRECT_URI": CALLBACK.format("microsoft"),
            "OPENID_PROVIDER_URL": "https://login.microsoftonline.com/example.com/v2.0/.well-known/openid-configuration",
            "ENABLE_OAUTH_ROLE_MANAGEMENT": "true",
            "OAUTH_ROLES_CLAIM": "roles",
            "OAUTH_ALLOWED_ROLES": "Chat.User",
            # Left out, it would make administrators of whoever has the role `admin`.
            "OAUTH_ADMIN_ROLES": "",
            **PKCE,
        },
    ),
    "GitHub": (
        {"sso": {**CLIENT, "preset": "github", "pkce": False, "scopes": ["read:user", "user:email"]}},
        {
            "GITHUB_CLIENT_ID": "open-webui",
            "GITHUB_CLIENT_REDIRECT_URI": CALLBACK.format("github"),
            "GITHUB_CLIENT_SCOPE": "read:user user:email",
        },
    ),
    "administrators by role and everybody else": (
        {"sso": {**OIDC, "claims": {"roles": "realm_access.roles"}, "adminRoles": ["owners", "it"]}},
        {
            "OAUTH_CLIENT_ID": "open-webui",
            "OPENID_PROVIDER_URL": DISCOVERY,
            "OPENID_REDIRECT_URI": CALLBACK.format("oidc"),
            "ENABLE_OAUTH_ROLE_MANAGEMENT": "true",
            "OAUTH_ROLES_CLAIM": "realm_access.roles",
            "OAUTH_ADMIN_ROLES": "owners,it",
            "OAUTH_ALLOWED_ROLES": "*",
            **PKCE,
        },
    ),
    "every key": (
        {"sso": EVERYTHING},
        {
            "OAUTH_CLIENT_ID": "open-webui",
            "OPENID_PROVIDER_URL": DISCOVERY,
            "OPENID_REDIRECT_URI": CALLBACK.format("oidc"),
            "OAUTH_PROVIDER_NAME": "Example Ltd",
            "OAUTH_SCOPES": "openid email groups",
            "OAUTH_EMAIL_CLAIM": "mail",
            "OAUTH_USERNAME_CLAIM": "cn",
            "OAUTH_SUB_CLAIM": "oid",
            "ENABLE_OAUTH_GROUP_MANAGEMENT": "true",
            "OAUTH_GROUPS_CLAIM": "groups",
            "ENABLE_OAUTH_GROUP_CREATION": "true",
            "OAUTH_BLOCKED_GROUPS": '["everyone"]',
            "ENABLE_OAUTH_ROLE_MANAGEMENT": "true",
            "OAUTH_ROLES_CLAIM": "roles",
            "OAUTH_ADMIN_ROLES": "owners",
            "OAUTH_ALLOWED_ROLES": "staff,guests",
            "OAUTH_ALLOWED_DOMAINS": "example.com",
            "OAUTH_MERGE_ACCOUNTS_BY_EMAIL": "true",
            "ENABLE_LOGIN_FORM": "false",
            "OAUTH_AUTO_REDIRECT": "true",
            "OPENID_END_SESSION_ENDPOINT": "https://id.example.com/logout",
            "WEBUI_AUTH_SIGNOUT_REDIRECT_URL": "https://chat.example.com/auth",
            "JWT_EXPIRES_IN": "8h",
            "ENABLE_SCIM": "true",
            "SCIM_AUTH_PROVIDER": "oidc",
            "ENABLE_OAUTH_BACKCHANNEL_LOGOUT": "true",
            **PKCE,
        },
    ),
}


@pytest.mark.parametrize("name", SIGN_INS)
def test_a_sign_in_sets_these_variables_and_no_others(name: str) -> None:
    webui, expected = SIGN_INS[name]
    told, _ = variables(**webui)
    assert told == {**ALWAYS, **expected}


@pytest.mark.parametrize("name", SIGN_INS)
def test_the_providers_tokens_have_a_key_of_their_own(name: str) -> None:
    webui, _ = SIGN_INS[name]
    _, kept = variables(**webui)
    client = {key: value for key, value in kept.items() if key.endswith("_CLIENT_SECRET")}
    assert set(client.values()) <= {SECRET_ARN}
    assert len(client) == ("clientSecretArn" in str(webui))
    scim = {"SCIM_TOKEN"} if webui.get("sso", {}).get("scim") else set()
    assert kept.keys() - client.keys() == {"OAUTH_SESSION_TOKEN_ENCRYPTION_KEY"} | scim
    assert kept["OAUTH_SESSION_TOKEN_ENCRYPTION_KEY"] != secrets(plan(), "webui")["WEBUI_SECRET_KEY"]


POOL = {"cognito": {"groups": ["chat-admins", "staff"]}, "adminRoles": ["chat-admins"], "only": True}


def test_a_user_pool_of_the_stack_is_the_provider_with_its_own_client() -> None:
    told, kept = variables(sso=POOL)
    recording = plan({"loadBalancer": DOMAIN, "webui": {"sso": POOL}})
    pool, client = recording.one(aws.cognito.UserPool), recording.one(aws.cognito.UserPoolClient)
    region = recording.config["aws:region"]
    issuer = f"https://cognito-idp.{region}.amazonaws.com/{pool.id}"
    pages = f"https://webui-bedrock-{ACCOUNT}.auth.{region}.amazoncognito.com"
    groups = {
        "ENABLE_OAUTH_ROLE_MANAGEMENT": "true",
        "OAUTH_ROLES_CLAIM": "cognito:groups",
        "OAUTH_ADMIN_ROLES": "chat-admins",
        "OAUTH_ALLOWED_ROLES": "*",
        "ENABLE_OAUTH_GROUP_MANAGEMENT": "true",
        "OAUTH_GROUPS_CLAIM": "cognito:groups",
        "ENABLE_OAUTH_GROUP_CREATION": "false",
    }
    assert told == {
        **ALWAYS,
        **PKCE,
        **groups,
        "OAUTH_CLIENT_ID": client.id,
        "OPENID_PROVIDER_URL": f"{issuer}/.well-known/openid-configuration",
        "OPENID_REDIRECT_URI": CALLBACK.format("oidc"),
        "OPENID_END_SESSION_ENDPOINT": f"{pages}/logout?client_id={client.id}&logout_uri=https://chat.example.com/auth",
        "ENABLE_LOGIN_FORM": "false",
        "OAUTH_AUTO_REDIRECT": "true",
    }
    secret = recording.one(aws.secretsmanager.Secret, "user-pool-client-secret").outputs["arn"]
    assert kept["OAUTH_CLIENT_SECRET"] == secret
    assert client.inputs["callbackUrls"] == [CALLBACK.format("oidc")]


def test_the_secret_of_the_pools_client_rolls_the_tasks_when_it_changes() -> None:
    recording = plan({"loadBalancer": DOMAIN, "webui": {"sso": POOL}})
    secret = recording.one(aws.secretsmanager.Secret, "user-pool-client-secret").outputs["arn"]
    assert secret in recording.outputs["SecretVersions"]


def test_what_is_refused_beside_a_sign_in_is_what_one_sets() -> None:
    """`OAUTH_GROUP_CLAIM` and `SCIM_ENABLED` are other names of what is set."""
    set_by_any = {name for webui, _ in SIGN_INS.values() for part in variables(**webui) for name in part}
    assert SSO_KEYS.keys() - set_by_any == {
        "OAUTH_GROUP_CLAIM",
        "GOOGLE_OAUTH_SCOPE",
        "MICROSOFT_OAUTH_SCOPE",
        "SCIM_ENABLED",
    }


@pytest.mark.parametrize("provider", ["oidc", "google", "github"])
def test_what_the_provider_must_know_is_an_output(provider: str) -> None:
    sso = {**CLIENT, **({"providerUrl": DISCOVERY} if provider == "oidc" else {"preset": provider})}
    recording = plan({"loadBalancer": DOMAIN, "webui": {"sso": sso}})
    assert recording.outputs["SignInRedirectURI"] == CALLBACK.format(provider)
    assert plan().outputs["SignInRedirectURI"] == ""


def test_the_provider_is_given_the_token_with_which_it_makes_users() -> None:
    recording = plan({"loadBalancer": DOMAIN, "webui": {"sso": {**OIDC, "scim": True, "mergeByEmail": True}}})
    assert recording.outputs["ScimTokenSecretArn"] == secrets(recording, "webui")["SCIM_TOKEN"]
    assert plan().outputs["ScimTokenSecretArn"] == ""


def test_without_a_sign_in_there_is_no_key_for_its_tokens() -> None:
    assert "OAUTH_SESSION_TOKEN_ENCRYPTION_KEY" not in secrets(plan(), "webui")


def test_a_pool_that_goes_takes_the_people_in_it_along() -> None:
    before = plan({"loadBalancer": DOMAIN, "webui": {"sso": POOL}})
    after = plan({"loadBalancer": DOMAIN, "webui": {"sso": {**OIDC, "only": False}}})
    losses = {change.name for change in compare(before, after).data_losses}
    assert "user-pool-pool" in losses
