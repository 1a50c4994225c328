"""Who signs people in to Open WebUI: the maps `webui.sso` and, for three of its keys, `webui.oidc`."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from aws_rules import cognito
from settings import formats
from settings.types import Check, SecretOrKeyArn, Section, between

ProviderUrl = Annotated[
    str,
    Check(
        formats.provider_url_problem,
        "https://id.example.com/.well-known/openid-configuration",
        meant=formats.meant_provider_url,
    ),
]
ClientId = Annotated[str, Check(formats.text_problem, "open-webui")]
Role = Annotated[str, Check(formats.role_problem, "chat-admins")]
Claim = Annotated[str, Check(formats.claim_problem, "groups")]
HttpsUrl = Annotated[str, Check(formats.https_url_problem, "https://id.example.com/logout")]

_CLIENT_SECRET = "Secrets Manager ARN of the client secret, optionally with :json-key:stage:version"  # noqa: S105


COGNITO_GROUPS = "cognito:groups"
"""The claim in which Amazon Cognito tells the groups of somebody."""


class Preset(StrEnum):
    """Identity providers that Open WebUI knows by name."""

    GOOGLE = "google"
    MICROSOFT = "microsoft"
    GITHUB = "github"

    @property
    def label(self) -> str:
        """How it writes its name."""
        return {"google": "Google", "microsoft": "Microsoft"}.get(self.value, "GitHub")


DISCOVERY: Mapping[Preset, str] = {
    Preset.GOOGLE: "https://accounts.google.com/.well-known/openid-configuration",
    Preset.MICROSOFT: "https://login.microsoftonline.com/{tenant}/v2.0/.well-known/openid-configuration",
}
"""The configuration documents of the presets that have one."""


class OidcSettings(Section):
    """Sign-in of Open WebUI through an OpenID Connect provider."""

    provider_url: ProviderUrl = Field(description="The provider's OpenID configuration document (https).")
    client_id: ClientId = Field(description="Client id that the provider gave to Open WebUI.")
    client_secret_arn: SecretOrKeyArn = Field(description=f"{_CLIENT_SECRET}.")


class ClaimsSettings(Section):
    """In which claims the provider tells who somebody is."""

    email: Claim | None = Field(default=None, description="Claim of the e-mail address (default email).")
    name: Claim | None = Field(default=None, description="Claim of the name that is shown (default name).")
    subject: Claim | None = Field(
        default=None, description="Claim that stays the same for a person (default sub; id with GitHub)."
    )
    groups: Claim | None = Field(
        default=None, description="Claim of the groups; people join and leave those of Open WebUI by it (default none)."
    )
    roles: Claim | None = Field(
        default=None, description="Claim of the roles that `adminRoles` and `allowedRoles` name (default none)."
    )


class Mfa(StrEnum):
    """Whether people show a one-time password of an authenticator app beside their password."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    OFF = "off"


class CognitoSettings(Section):
    """A user pool of Amazon Cognito that the stack makes."""

    domain_prefix: Annotated[str, Check(cognito.domain_prefix_problem, "example-chat")] | None = Field(
        default=None,
        description="Begins the address of the sign-in pages, once in a region (default namePrefix and the account's "
        "id).",
    )
    groups: tuple[Annotated[str, Check(cognito.group_problem, "chat-admins")], ...] = Field(
        default=(), description="Groups of the pool, which `adminRoles` and `allowedRoles` may name (default none)."
    )
    mfa: Mfa = Field(
        default=Mfa.REQUIRED, description="One-time passwords of an app: required, optional or off (default required)."
    )
    password_length: Annotated[
        int, between(cognito.SHORTEST_PASSWORD, cognito.LONGEST_PASSWORD, "characters; Amazon Cognito", example=14)
    ] = Field(default=14, description="Shortest password, with letters of both cases, digits and symbols (default 14).")
    self_signup: bool = Field(
        default=False, description="Let people make accounts themselves, by e-mail address (default false)."
    )


def _made(raw: Any) -> Any:
    if isinstance(raw, dict):
        # After a validator of its own pydantic no longer takes JSON's lists for tuples.
        return {key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()}
    return ({} if raw else None) if isinstance(raw, bool) else raw


class SsoSettings(Section):
    """Sign-in through an identity provider: by its discovery document, by its name, or one that the stack makes."""

    provider_url: ProviderUrl | None = Field(
        default=None,
        description="The provider's OpenID configuration document (https); or `preset`, or `cognito`.",
    )
    preset: Preset | None = Field(default=None, description="google, microsoft or github, in place of `providerUrl`.")
    cognito: Annotated[
        CognitoSettings | None, BeforeValidator(_made, json_schema_input_type=CognitoSettings | bool)
    ] = Field(
        default=None, description="A user pool of the stack's own, in place of both; `true` for short (default none)."
    )
    tenant: Annotated[str, Check(formats.tenant_problem, "01234567-89ab-cdef-0123-456789abcdef")] | None = Field(
        default=None, description="Id or domain of the tenant, for `preset: microsoft`."
    )
    client_id: ClientId | None = Field(default=None, description="Client id that the provider gave to Open WebUI.")
    client_secret_arn: SecretOrKeyArn | None = Field(
        default=None, description=f"{_CLIENT_SECRET} (default none: a public client, with `pkce`)."
    )
    name: Annotated[str, Check(formats.text_problem, "Example Ltd")] | None = Field(
        default=None, description="What the button of the sign-in page says after 'Continue with' (default SSO)."
    )
    scopes: tuple[Annotated[str, Check(formats.scope_problem, "openid")], ...] = Field(
        default=(), description="Scopes that are asked for (default: openid, email, profile; user:email of GitHub)."
    )
    pkce: bool = Field(default=True, description="Send a code challenge, PKCE with S256 (default true).")
    claims: ClaimsSettings = Field(default_factory=ClaimsSettings, description="Claims, where they are not standard.")
    admin_roles: tuple[Role, ...] = Field(default=(), description="Roles that make an administrator (default none).")
    allowed_roles: tuple[Role, ...] = Field(
        default=(), description="Roles that let somebody in beside `adminRoles` (default: any)."
    )
    allowed_domains: tuple[Annotated[str, Check(formats.email_domain_problem, "example.com")], ...] = Field(
        default=(), description="Domains of e-mail addresses that are let in (default: all)."
    )
    create_groups: bool = Field(
        default=False, description="Make groups that the claim names and Open WebUI lacks (default false)."
    )
    blocked_groups: tuple[Annotated[str, Check(formats.text_problem, "everyone")], ...] = Field(
        default=(), description="Groups of the claim that are passed over (default none)."
    )
    signup: bool = Field(
        default=True, description="Open an account for whoever comes for the first time (default true)."
    )
    merge_by_email: bool = Field(
        default=False,
        description="Let people into the account that has their e-mail address; right only with a provider that has "
        "verified it (default false).",
    )
    only: bool = Field(
        default=False, description="No password form: people are sent to the provider at once (default false)."
    )
    end_session_url: HttpsUrl | None = Field(
        default=None, description="Where signing out leads, instead of to what the discovery document names."
    )
    signed_out_url: HttpsUrl | None = Field(
        default=None,
        description="Where the provider sends people after signing out; it must know the address (default: nowhere).",
    )
    session_hours: Annotated[int, between(1, 720, "hours of Open WebUI's sign-in", example=8)] = Field(
        default=24, description="Hours after which everybody must sign in again (default 24)."
    )

    scim: bool = Field(
        default=False, description="Let the provider make, change and remove users, by SCIM 2.0 (default false)."
    )
    back_channel_logout: bool = Field(
        default=False, description="Let the provider sign somebody out everywhere, by itself (default false)."
    )

    @property
    def provider(self) -> str:
        """What Open WebUI calls the provider: in its paths, and where it keeps who somebody is."""
        return self.preset.value if self.preset else "oidc"

    @property
    def discovery_url(self) -> str | None:
        """The configuration document, if it has one."""
        if self.preset is None:
            return self.provider_url
        return DISCOVERY[self.preset].format(tenant=self.tenant) if self.preset in DISCOVERY else None

    @property
    def roles_claim(self) -> str | None:
        """The claim of the roles: Entra's app roles have one name, and of Cognito the groups are the roles."""
        usual = "roles" if self.preset is Preset.MICROSOFT else None
        return self.claims.roles or (COGNITO_GROUPS if self.cognito is not None else usual)

    @property
    def groups_claim(self) -> str | None:
        """The claim of the groups: a pool of the stack's tells those that it has."""
        told = self.cognito is not None and bool(self.cognito.groups)
        return self.claims.groups or (COGNITO_GROUPS if told else None)
