"""The locks that the Pulumi CLI puts on a stack in a backend of files: a folder or an S3 bucket.

`pkg/backend/diy/lock.go` in pulumi/pulumi decides where they are and what is in them.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import boto3

from scripts.aws_access import CLIENT_CONFIG

LOCKS = ".pulumi/locks/organization"


@dataclass(frozen=True)
class Lock:
    """Who works on a stack, or died while doing so."""

    username: str
    hostname: str
    pid: int
    timestamp: str

    def __str__(self) -> str:
        return f"{self.username}@{self.hostname} (process {self.pid}) since {self.timestamp}"


def has_locks(url: str) -> bool:
    """Whether the backend keeps its locks where `find_locks` finds them."""
    return urlsplit(url).scheme in {"file", "s3"}


def find_locks(url: str, project: str, stack: str) -> list[Lock]:
    """Give the locks on a stack. Raises one of AWS_ERRORS when the bucket cannot be read."""
    folder = f"{LOCKS}/{project}/{stack}/"
    texts = _in_bucket(url, folder) if urlsplit(url).scheme == "s3" else _in_folder(url, folder)
    found = [json.loads(text) for text in texts]
    return [Lock(lock["username"], lock["hostname"], lock["pid"], lock["timestamp"]) for lock in found]


def _in_folder(url: str, folder: str) -> Iterator[str]:
    parts = urlsplit(url)
    # `file://~` is the home folder.
    root = Path(unquote(parts.netloc + parts.path)).expanduser()
    for file in sorted((root / folder).glob("*.json")):
        yield file.read_text(encoding="utf-8")


def _in_bucket(url: str, folder: str) -> Iterator[str]:
    parts = urlsplit(url)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    session = boto3.Session(profile_name=options.get("profile"), region_name=options.get("region"))
    s3 = session.client("s3", config=CLIENT_CONFIG)
    prefix = f"{parts.path.strip('/')}/{folder}".lstrip("/")
    for item in s3.list_objects_v2(Bucket=parts.netloc, Prefix=prefix).get("Contents", []):
        yield s3.get_object(Bucket=parts.netloc, Key=item["Key"])["Body"].read().decode()
