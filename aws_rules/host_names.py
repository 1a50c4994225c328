"""Host names as DNS and certificates have them, wildcards as whole first labels included."""

import re

_NAME = re.compile(r"(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]+)")
_LONGEST = 253

_PRIVATE_ENDINGS = frozenset(
    {"example", "invalid", "local", "localhost", "onion", "test", "home.arpa"}
    | {"internal", "corp", "home", "mail"}
    | {"intranet", "lan", "localdomain", "private"}
)
"""Endings under which the internet has no names: IANA's special-use domain names (RFC 6761, 6762, 7686, 8375), those
that ICANN keeps out of the root (board resolutions of 2018-02-04 and 2024-07-29), and what networks have used without
asking (RFC 6762, appendix G; SSAC 045)."""

LONGEST_CERTIFICATE_NAME = 64
"""Characters of a certificate's first name, its common name (acm RequestCertificate, DomainName)."""


def domain_problem(domain: str) -> str | None:
    """A host name that ACM and Route 53 take, in any case; no wildcard."""
    if "*" not in domain and is_record_name(domain.lower()):
        return None
    return "must be a host name such as chat.example.com, without scheme, port, path or wildcard"


def is_record_name(host: str) -> bool:
    """Whether ACM puts `host`, in lower case, into a certificate and Route 53 makes a record of it.

    Both take a wildcard only as the whole first label (acm RequestCertificate, DomainName; Route 53 developer guide,
    "DNS domain name format"): a load balancer's `docs-*.example.com` is no such name.
    """
    return len(host) <= _LONGEST and _NAME.fullmatch(host) is not None


def is_private(host: str) -> bool:
    """Whether no public certificate authority can validate `host`, in lower case: its ending is private."""
    *_, second, last = f".{host}".split(".")
    return last in _PRIVATE_ENDINGS or f"{second}.{last}" in _PRIVATE_ENDINGS


def is_in_zone(host: str, zone_name: str) -> bool:
    """Whether a record of this name can stand in the hosted zone: it is the zone's name or ends with it."""
    zone = zone_name.lower().rstrip(".")
    return host == zone or host.endswith(f".{zone}")
