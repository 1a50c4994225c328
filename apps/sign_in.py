"""How people sign in to Open WebUI 0.12.4: the variables and secrets of its identity provider."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from apps.given_parts import Key
from apps.lookups import Facts
from apps.shared import SharedParts
from components.support.secret_values import SecretKeeping, SecretReference
from components.user_pool import UserPoolArgs
from settings import Preset, SsoSettings, StackSettings
from settings.sign_in import Mfa

Variables = dict[str, pulumi.Input[str]]


@dataclass(frozen=True, kw_only=True)
class _Names:
    """What Open WebUI calls the same thing for each provider."""

    client_id: str
    client_secret: str
    redirect_uri: str
    scopes: str


_OIDC = _Names(
    client_id="OAUTH_CLIENT_ID",
    client_secret="OAUTH_CLIENT_SECRET",  # noqa: S106  (a variable's name)
    redirect_uri="OPENID_REDIRECT_URI",
    scopes="OAUTH_SCOPES",
)
_OF_PRESET: Mapping[Preset, _Names] = {
    Preset.GOOGLE: _Names(
        client_id="GOOGLE_CLIENT_ID",
        client_secret="GOOGLE_CLIENT_SECRET",  # noqa: S106
        redirect_uri="GOOGLE_REDIRECT_URI",
        scopes="GOOGLE_OAUTH_SCOPE",
    ),
    Preset.MICROSOFT: _Names(
        client_id="MICROSOFT_CLIENT_ID",
        client_secret="MICROSOFT_CLIENT_SECRET",  # noqa: S106
        redirect_uri="MICROSOFT_REDIRECT_URI",
        scopes="MICROSOFT_OAUTH_SCOPE",
    ),
    Preset.GITHUB: _Names(
        client_id="GITHUB_CLIENT_ID",
        client_secret="GITHUB_CLIENT_SECRET",  # noqa: S106
        redirect_uri="GITHUB_CLIENT_REDIRECT_URI",
        scopes="GITHUB_CLIENT_SCOPE",
    ),
}


MFA: Mapping[Mfa, str] = {Mfa.REQUIRED: "ON", Mfa.OPTIONAL: "OPTIONAL", Mfa.OFF: "OFF"}
"""The config's words to Amazon Cognito's."""


def variables(settings: StackSettings, shared: SharedParts) -> Variables:
    """Who signs people in, whom it lets in, and how signing out ends; nothing without an identity provider."""
    sso = settings.webui.sign_in
    if sso is None:
        return {}
    names, pool = _names(sso), shared.user_pool
    given: Mapping[str, pulumi.Input[str] | None] = {
        names.client_id: pool.client_id if pool else sso.client_id,
        names.redirect_uri: redirect_uri(sso, shared),
        names.scopes: " ".join(sso.scopes) or None,
        "MICROSOFT_CLIENT_TENANT_ID": sso.tenant,
        "OPENID_PROVIDER_URL": pool.provider_url if pool else sso.discovery_url,
        "OAUTH_PROVIDER_NAME": sso.name,
        "OAUTH_CODE_CHALLENGE_METHOD": "S256" if sso.pkce else None,
        "OAUTH_ALLOWED_DOMAINS": ",".join(sso.allowed_domains) or None,
        # Cognito's own way of signing out: that of OpenID Connect lacks what it asks for.
        "OPENID_END_SESSION_ENDPOINT": pool.sign_out_url if pool else sso.end_session_url,
        "WEBUI_AUTH_SIGNOUT_REDIRECT_URL": sso.signed_out_url,
    }
    return {
        "ENABLE_OAUTH_SIGNUP": _flag(sso.signup),
        # The provider's tokens stay in the database; nothing of Open WebUI reads this cookie.
        "ENABLE_OAUTH_ID_TOKEN_COOKIE": "false",
        "JWT_EXPIRES_IN": f"{sso.session_hours}h",
        **{name: value for name, value in given.items() if value is not None},
        **({"OAUTH_MERGE_ACCOUNTS_BY_EMAIL": "true"} if sso.merge_by_email else {}),
        **({"ENABLE_OAUTH_BACKCHANNEL_LOGOUT": "true"} if sso.back_channel_logout else {}),
        **({"ENABLE_SCIM": "true", "SCIM_AUTH_PROVIDER": sso.provider} if sso.scim else {}),
        **({"ENABLE_LOGIN_FORM": "false", "OAUTH_AUTO_REDIRECT": "true"} if sso.only else {}),
        **_claims(sso),
        **_groups(sso),
        **_roles(sso),
    }


def secrets(settings: StackSettings, shared: SharedParts) -> dict[str, SecretReference]:
    """The client's secret, and what Open WebUI encrypts the provider's tokens with."""
    sso = settings.webui.sign_in
    if sso is None:
        return {}
    found = {}
    if shared.secrets.scim_token is not None:
        found["SCIM_TOKEN"] = shared.secrets.scim_token
    if shared.secrets.oauth_token_key is not None:
        found["OAUTH_SESSION_TOKEN_ENCRYPTION_KEY"] = shared.secrets.oauth_token_key
    if shared.user_pool is not None:
        found[_OIDC.client_secret] = shared.user_pool.client_secret
    if sso.client_secret_arn is not None:
        found[_names(sso).client_secret] = shared.facts.secrets[sso.client_secret_arn]
    return found


def user_pool(settings: StackSettings, facts: Facts, key: Key) -> UserPoolArgs:
    """The user pool, with the address of Open WebUI as the only one that it sends people back to."""
    sso = settings.webui.sso
    if sso is None or sso.cognito is None or settings.address is None:
        raise LookupError("no user pool is asked for, or Open WebUI has no address of HTTPS")
    pool = sso.cognito
    return UserPoolArgs(
        location=facts.location,
        keeping=SecretKeeping(kms_key_arn=key.key_arn, protect=settings.protect),
        domain_prefix=pool.domain_prefix or f"{settings.name_prefix}-{facts.location.account_id}",
        url=settings.address,
        groups=pool.groups,
        mfa=MFA[pool.mfa],
        password_length=pool.password_length,
        self_signup=pool.self_signup,
        session_hours=sso.session_hours,
        protect=settings.protect,
    )


def redirect_uri(sso: SsoSettings, shared: SharedParts) -> pulumi.Output[str]:
    """Where the provider sends people back to: it must know the address, letter by letter."""
    return pulumi.Output.concat(shared.url, f"/oauth/{sso.provider}/callback")


def _names(sso: SsoSettings) -> _Names:
    return _OF_PRESET[sso.preset] if sso.preset else _OIDC


def _claims(sso: SsoSettings) -> dict[str, str]:
    named = {
        "OAUTH_EMAIL_CLAIM": sso.claims.email,
        "OAUTH_USERNAME_CLAIM": sso.claims.name,
        "OAUTH_SUB_CLAIM": sso.claims.subject,
    }
    return {name: claim for name, claim in named.items() if claim is not None}


def _groups(sso: SsoSettings) -> dict[str, str]:
    if sso.groups_claim is None:
        return {}
    return {
        "ENABLE_OAUTH_GROUP_MANAGEMENT": "true",
        "OAUTH_GROUPS_CLAIM": sso.groups_claim,
        "ENABLE_OAUTH_GROUP_CREATION": _flag(sso.create_groups),
        **({"OAUTH_BLOCKED_GROUPS": json.dumps(sso.blocked_groups)} if sso.blocked_groups else {}),
    }


def _roles(sso: SsoSettings) -> dict[str, str]:
    """Open WebUI's own defaults would let in `user` and `admin`, and make administrators of the latter."""
    if not (sso.admin_roles or sso.allowed_roles) or sso.roles_claim is None:
        return {}
    return {
        "ENABLE_OAUTH_ROLE_MANAGEMENT": "true",
        "OAUTH_ROLES_CLAIM": sso.roles_claim,
        "OAUTH_ADMIN_ROLES": ",".join(sso.admin_roles),
        "OAUTH_ALLOWED_ROLES": ",".join(sso.allowed_roles) or "*",
    }


def _flag(value: bool) -> str:
    return "true" if value else "false"
