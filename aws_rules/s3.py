"""What Amazon S3 takes as the name of a bucket."""

import ipaddress
import re

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]|\.(?!\.)){1,61}[a-z0-9]")
_RESERVED_STARTS = ("xn--", "sthree-", "amzn-s3-demo-")
_RESERVED_ENDS = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")


def bucket_name_problem(name: str) -> str | None:
    """The name of a general purpose bucket (S3 user guide, "General purpose bucket naming rules")."""
    if name.startswith("arn:") or "/" in name:
        return "must be the bucket's name alone, not its ARN or address"
    if not _NAME.fullmatch(name) or _is_address(name):
        return "must be 3 to 63 small letters, digits, dots and hyphens, no dot or hyphen at either end"
    if name.startswith(_RESERVED_STARTS) or name.endswith(_RESERVED_ENDS):
        return "must be a general purpose bucket: S3 keeps this start or ending of a name for others"
    return None


def _is_address(name: str) -> bool:
    try:
        ipaddress.IPv4Address(name)
    except ValueError:
        return False
    return True
