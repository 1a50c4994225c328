"""What Amazon Cognito takes: prefixes of domains, names of groups, lengths of passwords, ARNs of pools."""

import re

LONGEST_PREFIX = 63
"""Characters of a prefix domain (cognito-idp CreateUserPoolDomain)."""

SHORTEST_PASSWORD, LONGEST_PASSWORD = 6, 99
"""Characters (cognito-idp PasswordPolicyType.MinimumLength)."""

EXAMPLE_USER_POOL = "arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_Ab12Cd34E"

_PREFIX = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_GROUP = re.compile(r"[!-+\--~]{1,128}")
_USER_POOL = re.compile(r"arn:aws[a-z-]*:cognito-idp:([a-z0-9-]+):\d{12}:userpool/\1_[0-9a-zA-Z]{1,45}")
_CLIENT = re.compile(r"[\w+]{1,128}", re.ASCII)
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_RESERVED = ("amazon", "aws", "cognito")


def domain_prefix_problem(prefix: str) -> str | None:
    """What is wrong with the first part of a user pool's address (Cognito developer guide, Using a prefix domain)."""
    if not _PREFIX.fullmatch(prefix):
        return f"must be 1 to {LONGEST_PREFIX} lower-case letters, digits and hyphens, no hyphen first or last"
    if found := next((word for word in _RESERVED if word in prefix), None):
        return f"must not contain {found!r}: Amazon Cognito reserves it"
    return None


def group_problem(group: str) -> str | None:
    """What is wrong with a group's name (cognito-idp CreateGroup); Open WebUI's lists divide roles by commas."""
    return None if _GROUP.fullmatch(group) else "must be 1 to 128 characters without spaces and commas"


def user_pool_problem(arn: str) -> str | None:
    """A user pool, by its ARN."""
    if _USER_POOL.fullmatch(arn):
        return None
    return "must be the ARN of a user pool (arn:aws:cognito-idp:<region>:<account>:userpool/<region>_<id>)"


def client_problem(client_id: str) -> str | None:
    """An app client, by its id (Cognito: ClientIdType)."""
    return None if _CLIENT.fullmatch(client_id) else "must be the id of an app client: 1 to 128 letters and digits"


def domain_problem(domain: str) -> str | None:
    """A user pool's domain: its prefix, or a name of one's own (Cognito: DomainType)."""
    if _PREFIX.fullmatch(domain) or _DOMAIN.fullmatch(domain):
        return None
    return "must be the prefix of the pool's domain, such as my-company, or a domain of its own, without https://"


def pages(domain: str, region: str) -> str:
    """Where a pool's pages are, by the prefix of its domain or by a domain of its own."""
    return f"https://{domain}" if "." in domain else f"https://{domain}.auth.{region}.amazoncognito.com"
