"""What Amazon Cognito takes: prefixes of domains, names of groups, lengths of passwords."""

import re

LONGEST_PREFIX = 63
"""Characters of a prefix domain (cognito-idp CreateUserPoolDomain)."""

SHORTEST_PASSWORD, LONGEST_PASSWORD = 6, 99
"""Characters (cognito-idp PasswordPolicyType.MinimumLength)."""

_PREFIX = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_GROUP = re.compile(r"[!-+\--~]{1,128}")
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
