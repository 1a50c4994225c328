"""The directory of users that Amazon Cognito keeps, and Open WebUI's client in it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.support.location import Location
from components.support.secret_values import SecretKeeping, keep_secret

_MANAGED_LOGIN = 2
"""Version of the sign-in pages: 1 is the classic hosted UI (cognito-idp CreateUserPoolDomain)."""


@dataclass(frozen=True, kw_only=True)
class UserPoolArgs:
    """Who may sign in, and how well."""

    location: Location
    keeping: SecretKeeping
    domain_prefix: str
    """The sign-in pages are at `<domain_prefix>.auth.<region>.amazoncognito.com`; a region has each prefix once."""
    url: str
    """Where people see Open WebUI."""
    groups: Sequence[str] = ()
    mfa: str = "ON"
    """`ON`, `OPTIONAL` or `OFF`: whether an app for one-time passwords is asked for beside the password."""
    password_length: int = 14
    self_signup: bool = False
    """Whether anybody may make an account by the sign-in page; otherwise administrators make them."""
    session_hours: int = 24
    """How long the tokens that Open WebUI keeps can be renewed."""
    protect: bool = False


class UserPool(pulumi.ComponentResource):
    """A user pool with managed login, its groups, and a client with a secret for Open WebUI alone."""

    provider_url: pulumi.Output[str]
    client_id: pulumi.Output[str]
    sign_out_url: pulumi.Output[str]
    pool_id: pulumi.Output[str]

    def __init__(self, name: str, args: UserPoolArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("webui-bedrock:security:UserPool", name, None, opts)
        pool = self._make_pool(name, args)
        for group in args.groups:
            aws.cognito.UserGroup(
                f"{name}-group.{group}", name=group, user_pool_id=pool.id, opts=pulumi.ResourceOptions(parent=self)
            )
        domain = aws.cognito.UserPoolDomain(
            f"{name}-domain",
            domain=args.domain_prefix,
            user_pool_id=pool.id,
            managed_login_version=_MANAGED_LOGIN,
            # A pool has one prefix domain at a time.
            opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
        )
        client = self._make_client(f"{name}-client", args, pool)
        branding = aws.cognito.ManagedLoginBranding(
            f"{name}-branding",
            user_pool_id=pool.id,
            client_id=client.id,
            # Without any style the pages of managed login are not shown at all.
            use_cognito_provided_values=True,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[domain]),
        )
        self.client_secret = keep_secret(
            f"{name}-client",
            client.client_secret,
            description="Open WebUI's secret as a client of the user pool",
            keeping=args.keeping,
            parent=self,
        )
        self.pool_id = pool.id
        self.provider_url = pulumi.Output.concat("https://", pool.endpoint, "/.well-known/openid-configuration")
        # Handed out once the pages are there.
        self.client_id = pulumi.Output.all(client.id, branding.id).apply(lambda ids: str(ids[0]))
        pages = f"https://{args.domain_prefix}.auth.{args.location.region}.amazoncognito.com"
        self.sign_out_url = pulumi.Output.concat(
            f"{pages}/logout?client_id=", client.id, f"&logout_uri={_signed_out(args)}"
        )
        self.register_outputs(
            {
                "provider_url": self.provider_url,
                "client_id": self.client_id,
                "sign_out_url": self.sign_out_url,
                "pool_id": self.pool_id,
            }
        )

    def _make_pool(self, name: str, args: UserPoolArgs) -> aws.cognito.UserPool:
        return aws.cognito.UserPool(
            f"{name}-pool",
            # Managed login comes with this plan (Cognito developer guide, User pool feature plans).
            user_pool_tier="ESSENTIALS",
            username_attributes=["email"],
            username_configuration={"case_sensitive": False},
            auto_verified_attributes=["email"],
            # An address is replaced once the new one is verified: Open WebUI knows people by it.
            user_attribute_update_settings={"attributes_require_verification_before_updates": ["email"]},
            account_recovery_setting={"recovery_mechanisms": [{"name": "verified_email", "priority": 1}]},
            admin_create_user_config={"allow_admin_create_user_only": not args.self_signup},
            mfa_configuration=args.mfa,
            software_token_mfa_configuration={"enabled": True} if args.mfa != "OFF" else None,
            password_policy={
                "minimum_length": args.password_length,
                "require_lowercase": True,
                "require_uppercase": True,
                "require_numbers": True,
                "require_symbols": True,
                "temporary_password_validity_days": 7,
            },
            deletion_protection="ACTIVE" if args.protect else "INACTIVE",
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )

    def _make_client(self, name: str, args: UserPoolArgs, pool: aws.cognito.UserPool) -> aws.cognito.UserPoolClient:
        return aws.cognito.UserPoolClient(
            name,
            user_pool_id=pool.id,
            generate_secret=True,
            allowed_oauth_flows=["code"],
            allowed_oauth_flows_user_pool_client=True,
            allowed_oauth_scopes=["email", "openid", "profile"],
            callback_urls=[f"{args.url}/oauth/oidc/callback"],
            logout_urls=[_signed_out(args)],
            supported_identity_providers=["COGNITO"],
            explicit_auth_flows=["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
            prevent_user_existence_errors="ENABLED",
            enable_token_revocation=True,
            access_token_validity=60,
            id_token_validity=60,
            refresh_token_validity=args.session_hours,
            token_validity_units={"access_token": "minutes", "id_token": "minutes", "refresh_token": "hours"},
            opts=pulumi.ResourceOptions(parent=self),
        )


def _signed_out(args: UserPoolArgs) -> str:
    """Open WebUI's sign-in page."""
    return f"{args.url}/auth"
