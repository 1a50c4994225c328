"""Cognito's user pools: one domain each, managed login by its plan, and styles, which moto does not know."""

import uuid
from datetime import UTC, datetime
from typing import Any

from tests.engine.stand_in.account import backend
from tests.engine.stand_in.rules import Params, answers, effect, refuse, rule

_CLASSIC, _MANAGED_LOGIN = 1, 2
_FIXED = ("AliasAttributes", "UserPoolTags", "UsernameAttributes", "UsernameConfiguration")
"""What UpdateUserPool cannot change, and the tags, which it leaves alone when it is told of none."""
_INVALID = "InvalidParameterException"
_login_versions: dict[str, int] = {}
"""By domain."""
_styles: dict[str, dict[str, Any]] = {}
"""By id, as DescribeManagedLoginBranding tells of it, with the client's id."""


@rule(
    "cognito-idp",
    "CreateUserPoolDomain",
    source="guide User pool domains: one prefix a pool, once a region",
)
def domain_is_free(params: Params) -> None:
    if params["Domain"] in backend("cognito-idp").user_pool_domains:
        refuse(_INVALID, f"Domain already associated with another user pool: {params['Domain']}")
    if _pool(params).domain:
        refuse(_INVALID, f"User pool {params['UserPoolId']} already has a domain configured.")


@rule(
    "cognito-idp",
    "CreateUserPoolDomain",
    source="guide Feature plans: managed login from Essentials on",
)
def plan_has_managed_login(params: Params) -> None:
    tier = _pool(params).extended_config.get("UserPoolTier", "ESSENTIALS")
    if params.get("ManagedLoginVersion") == _MANAGED_LOGIN and tier == "LITE":
        refuse("FeatureUnavailableInTierException", "Managed login is not available in the tier LITE.")


@rule("cognito-idp", "CreateUserPoolClient", "UpdateUserPoolClient", source="api CallbackURLsListType: HTTPS")
def addresses_are_https(params: Params) -> None:
    for url in (*params.get("CallbackURLs", []), *params.get("LogoutURLs", [])):
        if url.startswith("http://") and not url.startswith("http://localhost"):
            refuse(_INVALID, f"{url} cannot use the HTTP protocol.")


@rule("cognito-idp", "DeleteUserPool", source="seen hashicorp/terraform-provider-aws#16479: a pool with a domain")
def pool_has_no_domain(params: Params) -> None:
    if _pool(params).domain:
        refuse(_INVALID, "User pool cannot be deleted. It has a domain configured that should be deleted first.")


@rule("cognito-idp", "DeleteUserPool", source="api DeletionProtectionType: ACTIVE")
def pool_is_not_protected(params: Params) -> None:
    if _pool(params).extended_config.get("DeletionProtection") == "ACTIVE":
        refuse(_INVALID, "The user pool cannot be deleted because deletion protection is activated.")


@rule("cognito-idp", "CreateManagedLoginBranding", source="api ManagedLoginBrandingExistsException")
def client_has_no_style(params: Params) -> None:
    if params["ClientId"] not in _pool(params).clients:
        refuse("ResourceNotFoundException", f"Client {params['ClientId']} does not exist.")
    if any(style["ClientId"] == params["ClientId"] for style in _styles.values()):
        refuse("ManagedLoginBrandingExistsException", f"Client {params['ClientId']} has a style already.")


@effect("cognito-idp", "CreateUserPool")
def plan_has_a_default(_params: Params) -> None:
    for pool in backend("cognito-idp").user_pools.values():
        pool.extended_config.setdefault("UserPoolTier", "ESSENTIALS")


@answers("cognito-idp", "UpdateUserPool")
def update_pool(params: Params) -> dict[str, Any]:
    """Change a pool, without forgetting what moto forgets."""
    pool = _pool(params)
    kept = {name: pool.extended_config[name] for name in _FIXED if name in pool.extended_config}
    pool.update_extended_config({"UserPoolTier": "ESSENTIALS", **kept, **params})
    return {}


@effect("cognito-idp", "CreateUserPoolDomain", "UpdateUserPoolDomain")
def domain_has_a_version(params: Params) -> None:
    _login_versions[params["Domain"]] = params.get("ManagedLoginVersion", _CLASSIC)


@answers("cognito-idp", "DescribeUserPoolDomain")
def describe_domain(params: Params) -> dict[str, Any]:
    """Tell of a domain with the version of its sign-in pages, and nothing of one that does not exist."""
    found = backend("cognito-idp").user_pool_domains.get(params["Domain"])
    if found is None:
        return {"DomainDescription": {}}
    return {"DomainDescription": {**found.to_json(), "ManagedLoginVersion": _login_versions[params["Domain"]]}}


@answers("cognito-idp", "CreateManagedLoginBranding")
def create_style(params: Params) -> dict[str, Any]:
    """Give a client's sign-in pages their style."""
    now = datetime.now(UTC)
    made = {**params, "ManagedLoginBrandingId": str(uuid.uuid4()), "CreationDate": now, "LastModifiedDate": now}
    _styles[made["ManagedLoginBrandingId"]] = made
    return {"ManagedLoginBranding": made}


@answers("cognito-idp", "DescribeManagedLoginBranding")
def describe_style(params: Params) -> dict[str, Any]:
    """Tell of a style."""
    return {"ManagedLoginBranding": _style(params)}


@answers("cognito-idp", "DeleteManagedLoginBranding")
def delete_style(params: Params) -> dict[str, Any]:
    """Leave the client's pages without a style."""
    del _styles[_style(params)["ManagedLoginBrandingId"]]
    return {}


def _pool(params: Params) -> Any:
    pool = backend("cognito-idp").user_pools.get(params["UserPoolId"])
    return pool or refuse("ResourceNotFoundException", f"User pool {params['UserPoolId']} does not exist.")


def _style(params: Params) -> dict[str, Any]:
    found = _styles.get(params["ManagedLoginBrandingId"])
    return found or refuse("ResourceNotFoundException", f"Style {params['ManagedLoginBrandingId']} does not exist.")
