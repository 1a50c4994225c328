"""Checks of single texts that no rule of AWS is about: each says what is allowed, or None if the text fits."""

import re
from urllib.parse import urlsplit

from aws_rules import efs

SERVICES_FOLDER = "/services"
"""Directory of the shared file system that holds one directory for each further service."""

_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_LONGEST_EMAIL, _LONGEST_MAILBOX = 254, 64
_HTTPS_URL = re.compile(r"https://([A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{1,63}(:[0-9]{1,5})?(/[!-~]*)?")
_HTTP_URL = re.compile(r"https?://([A-Za-z0-9-]{1,63}\.)*[A-Za-z0-9-]{1,63}(:[0-9]{1,5})?(/[A-Za-z0-9._~%-]+)*")
_ENDPOINTS = ("/chat/completions", "/models", "/embeddings")
_DISCOVERY = "/.well-known/"
_LONGEST_URL = 2048
_NO_SPACE = re.compile(r"[!-~]{1,256}")
_EMAIL_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ATTRIBUTE = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,126}")
_RDN = r"[A-Za-z][A-Za-z0-9-]*=(\\[^\x00-\x1f]|[^,+=\\\x00-\x1f])+"
_DN = re.compile(rf"{_RDN}([,+]{_RDN})*")
_FILTER = re.compile(r"\(([\w.;:-]+[~<>:]?=[^()\0]*|!\0|[&|]\s*\0+)\)\s*")
"""A filter of LDAP whose own filters have become NUL."""
_HOST = re.compile(r"([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LONGEST_TEXT = 4096


def text_problem(text: str) -> str | None:
    """Some text on one line."""
    if not text.strip() or _CONTROL.search(text) or len(text) > _LONGEST_TEXT:
        return f"must be 1 to {_LONGEST_TEXT} characters on one line"
    return None


def email_problem(address: str) -> str | None:
    """An e-mail address to which SNS can subscribe."""
    short = len(address) <= _LONGEST_EMAIL and len(address.partition("@")[0]) <= _LONGEST_MAILBOX
    if short and _EMAIL.fullmatch(address):
        return None
    return "must be an e-mail address such as ops@example.com"


def provider_url_problem(url: str) -> str | None:
    """The address of an OpenID configuration document (OpenID Connect Discovery 1.0, section 4)."""
    if not _is_https_url(url):
        return "must be an https:// address such as https://id.example.com/.well-known/openid-configuration"
    if not url.partition(_DISCOVERY)[2]:
        return "must be the OpenID configuration document, which is below the issuer at /.well-known/"
    return None


def https_url_problem(url: str) -> str | None:
    """An address that a browser is sent to."""
    return None if _is_https_url(url) else "must be an https:// address such as https://id.example.com/logout"


def claim_problem(claim: str) -> str | None:
    """The name of a claim; Open WebUI looks below it where dots divide it."""
    return None if _NO_SPACE.fullmatch(claim) else "must be the name of a claim, without spaces"


def role_problem(role: str) -> str | None:
    """A role as a provider tells it; Open WebUI's lists divide roles by commas."""
    if text_problem(role) is None and "," not in role and role == role.strip() and role != "*":
        return None
    return "must be one role, without commas; without the key any role will do"


def scope_problem(scope: str) -> str | None:
    """A scope of OAuth 2.0 (RFC 6749, section 3.3)."""
    return None if _NO_SPACE.fullmatch(scope) else "must be one scope, without spaces"


def email_domain_problem(domain: str) -> str | None:
    """What follows the @ of an address; Open WebUI compares it as a whole, in lower case."""
    if _EMAIL_DOMAIN.fullmatch(domain):
        return None
    return "must be what follows the @ of an e-mail address, in lower case; each subdomain counts for itself"


def tenant_problem(tenant: str) -> str | None:
    """One tenant of Entra: with the names for all of them the issuer of a token is not that of the document."""
    if _GUID.fullmatch(tenant) or _EMAIL_DOMAIN.fullmatch(tenant):
        return None
    return "must be the id or a domain of one tenant: common, organizations and consumers let in people of others"


def attribute_problem(attribute: str) -> str | None:
    """The name of an attribute in a directory (RFC 4512, section 2.5)."""
    return None if _ATTRIBUTE.fullmatch(attribute) else "must be the name of an attribute such as sAMAccountName"


def dn_problem(name: str) -> str | None:
    """A distinguished name (RFC 4514); a comma in a value follows a backslash."""
    return None if _DN.fullmatch(name) else "must be a distinguished name such as OU=People,DC=example,DC=com"


def filter_problem(text: str) -> str | None:
    """A search filter of LDAP (RFC 4515), which Open WebUI joins with that for the name."""
    rest, before = text, ""
    while rest != before:
        rest, before = _FILTER.sub("\0", rest), rest
    if text_problem(text) is None and rest.strip("\0") == "":
        return None
    return "must be a filter of LDAP in parentheses, such as (objectClass=person)"


def host_problem(host: str) -> str | None:
    """A host's name or IPv4 address."""
    return None if _HOST.fullmatch(host) else "must be a host name or an address, without ldaps:// and port"


def http_url_problem(url: str) -> str | None:
    """An address of HTTP, with or without TLS; user and password in it would be read by everybody."""
    if len(url) <= _LONGEST_URL and _HTTP_URL.fullmatch(url.partition("?")[0].removesuffix("/")) and url.isprintable():
        return None
    return "must be an http:// or https:// address without user and password"


def meant_provider_url(url: str) -> str | None:
    """The configuration document of what is probably an issuer."""
    issuer = url.split(_DISCOVERY.rstrip("/"), 1)[0].rstrip("/")
    return f"{issuer}{_DISCOVERY}openid-configuration" if _is_https_url(url) and not re.search(r"[?#]", url) else None


def api_url_problem(url: str) -> str | None:
    """The base URL of an API like OpenAI's; Open WebUI divides several of them by `;`."""
    if len(url) > _LONGEST_URL or not _HTTP_URL.fullmatch(url):
        return "must be an address such as https://models.example.com/v1, without user, query and trailing slash"
    if url.endswith(_ENDPOINTS):
        return "must be the base URL, to which Open WebUI adds /models and /chat/completions"
    return None


def meant_api_url(url: str) -> str | None:
    """The base URL of what is probably one of its endpoints, or the same without a trailing slash."""
    base = url.strip().rstrip("/")
    for endpoint in _ENDPOINTS:
        base = base.removesuffix(endpoint)
    return base if api_url_problem(base) is None else None


def public_url_problem(url: str) -> str | None:
    """Where browsers find Open WebUI, which answers at the root of a host only."""
    if _is_https_url(url) and not urlsplit(url).path:
        return None
    return "must be an https:// address without a path, such as https://chat.example.com"


def meant_public_url(url: str) -> str | None:
    """The same address without what follows its host."""
    parts = urlsplit(url)
    meant = f"https://{parts.netloc}"
    return meant if parts.scheme == "https" and public_url_problem(meant) is None else None


def _is_https_url(url: str) -> bool:
    return len(url) <= _LONGEST_URL and _HTTPS_URL.fullmatch(url) is not None


def webui_folder_problem(path: str) -> str | None:
    """Open WebUI's directory on the file system: the root of an access point, apart from the services' folders."""
    if path == SERVICES_FOLDER or path.startswith(f"{SERVICES_FOLDER}/"):
        return f"must not lie in {SERVICES_FOLDER}, where the further services keep their files"
    return efs.access_point_path_problem(path)
