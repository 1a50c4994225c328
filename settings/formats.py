"""Checks of single texts: each `*_problem` says what is allowed, or None if the text fits."""

import re
from pathlib import PurePosixPath

from aws_rules.names import check_name_prefix

SERVICES_FOLDER = "/services"
"""Directory of the shared file system that holds one directory for each further service."""

_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE)
_NODE_TYPE = re.compile(r"cache\.[a-z][a-z0-9]{1,7}\.(micro|small|medium|large|([1-9][0-9]?)?xlarge)")
_EFS_PATH = re.compile(r"(/[A-Za-z0-9_-][A-Za-z0-9._-]*){1,4}")
_PATH = re.compile(r"(/[^/\x00-\x20\x7f:,]+)+")
_URL_PATH = re.compile(r"/[!-~]*")
_PROVIDER_URL = re.compile(r"https://([A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{1,63}(:[0-9]{1,5})?/[!-~]*")
_USER = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,31}|[0-9]{1,10}")
_LONGEST_TEXT = 4096
_LONGEST_EMAIL, _LONGEST_MAILBOX = 254, 64
_LONGEST_DOMAIN = 253
_LONGEST_EFS_PATH = 100
_LONGEST_PATH = 1024
_LONGEST_URL = 2048
_LARGEST_ID = 2**32 - 1
_SNAPSHOT = re.compile(
    r"(rds:|arn:aws[a-z-]*:rds:[a-z0-9-]+:[0-9]{12}:cluster-snapshot:(rds:)?)?[A-Za-z](-?[A-Za-z0-9]){0,254}"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SYSTEM_FOLDERS = frozenset({"proc", "sys", "dev"})


def name_prefix_problem(prefix: str) -> str | None:
    """The start of all names that people type, within the budget of the shortest of them."""
    if prefix.partition("-")[0] == "aws":
        return "must not begin with 'aws': several services reserve it"
    return check_name_prefix(prefix)


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


def snapshot_problem(snapshot: str) -> str | None:
    """The name or ARN of a snapshot of an Aurora cluster."""
    if _SNAPSHOT.fullmatch(snapshot):
        return None
    return "must be the name or ARN of a cluster snapshot: 1 to 255 letters, digits and hyphens, a letter first"


def domain_problem(domain: str) -> str | None:
    """A host name that ACM and Route 53 take: at most 253 characters, labels of at most 63, no wildcard."""
    labels = domain.split(".")
    valid = len(domain) <= _LONGEST_DOMAIN and len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels)
    if valid and re.fullmatch(r"[a-z]{2,63}|xn--[a-z0-9-]+", labels[-1], re.IGNORECASE):
        return None
    return "must be a host name such as chat.example.com, without scheme, port, path or wildcard"


def cache_node_type_problem(node_type: str) -> str | None:
    """An ElastiCache node type."""
    if _NODE_TYPE.fullmatch(node_type):
        return None
    return "must be an ElastiCache node type such as cache.t4g.micro"


def file_system_path_problem(path: str) -> str | None:
    """The root directory of an EFS access point: not `/`, four levels and 100 characters at most."""
    if path == SERVICES_FOLDER or path.startswith(f"{SERVICES_FOLDER}/"):
        return f"must not lie in {SERVICES_FOLDER}, where the further services keep their files"
    if len(path) <= _LONGEST_EFS_PATH and _EFS_PATH.fullmatch(path):
        return None
    return "must be a path of 1 to 4 folders such as /webui, 100 characters at most (EFS access point)"


def mount_path_problem(path: str) -> str | None:
    """Where a volume is mounted in a container: an absolute path, not the root, not a kernel file system."""
    parts = PurePosixPath(path).parts
    if len(path) > _LONGEST_PATH or not _PATH.fullmatch(path) or {".", ".."}.intersection(path.split("/")):
        return "must be an absolute path such as /data, not / itself"
    if parts[1] in _SYSTEM_FOLDERS:
        return "must not lie in /proc, /sys or /dev"
    return None


def folder_problem(path: str) -> str | None:
    """A path on the machine that runs Pulumi."""
    return text_problem(path)


def health_path_problem(path: str) -> str | None:
    """The path of a target group's health check."""
    if len(path) <= _LONGEST_PATH and _URL_PATH.fullmatch(path):
        return None
    return "must start with / and have at most 1024 printable ASCII characters (target group health check)"


def provider_url_problem(url: str) -> str | None:
    """The address of an OpenID configuration document."""
    if len(url) <= _LONGEST_URL and _PROVIDER_URL.fullmatch(url):
        return None
    return "must be an https:// address such as https://id.example.com/.well-known/openid-configuration"


def user_problem(user: str) -> str | None:
    """The user, and optionally the group, that a container runs as: anybody but root (Security Hub ECS.20)."""
    name, colon, group = user.partition(":")
    parts = (name, group) if colon else (name,)
    if not all(_USER.fullmatch(part) for part in parts) or any(
        part.isdigit() and int(part) > _LARGEST_ID for part in parts
    ):
        return "must be a user name or id, optionally with :group, such as 1000:1000"
    if name == "root" or (name.isdigit() and int(name) == 0):
        return "must not be root (Security Hub ECS.20)"
    return None
