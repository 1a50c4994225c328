"""Moves uploaded files into the bucket of `webui.storage: s3`, or with `efs` as its argument out of it again.

Runs once as `python -c` in a task of Open WebUI ("Move uploaded files" in docs/operations.md). Open WebUI 0.12.4 keeps
each file's place in its database, as a path or as `s3://bucket/key` (storage/provider.py), and reads those places only
that are of the storage that it is told of. A file is copied first and its place is rewritten then, so that a run may
break off and start again; what was copied stays where it was too.
"""

import os
import sys
from pathlib import Path, PurePosixPath
from typing import Any

import boto3
from boto3.exceptions import Boto3Error
from botocore.exceptions import ClientError

from containers.webui_turns import connect

BUCKET = "s3"


def move_all(to: str) -> int:
    """Move every file, and tell of each; gives how many could not be moved."""
    client = boto3.client("s3", region_name=os.environ["S3_REGION_NAME"])
    failed = 0
    with connect() as session:
        for file_id, place in session.execute("SELECT id, path FROM file WHERE path IS NOT NULL").fetchall():
            if place.startswith("s3://") == (to == BUCKET):
                continue
            try:
                moved = to_bucket(client, Path(place)) if to == BUCKET else to_folder(client, place)
            except (OSError, Boto3Error, ClientError) as error:
                failed += 1
                print(f"{place}: {error}", flush=True)
            else:
                session.execute("UPDATE file SET path = %s WHERE id = %s", [moved, file_id])
                print(f"{place} -> {moved}", flush=True)
    print(f"{failed} files could not be moved", flush=True)
    return failed


def to_bucket(client: Any, file: Path) -> str:
    """Copy a file into the bucket, under the key that Open WebUI would give it."""
    bucket, key = os.environ["S3_BUCKET_NAME"], str(PurePosixPath(os.environ.get("S3_KEY_PREFIX", ""), file.name))
    client.upload_file(str(file), bucket, key)
    return f"s3://{bucket}/{key}"


def to_folder(client: Any, place: str) -> str:
    """Copy an object to where Open WebUI would have put the file."""
    bucket, _, key = place.removeprefix("s3://").partition("/")
    file = Path(os.environ["DATA_DIR"], "uploads", key.rpartition("/")[2])
    with file.open("wb") as copy:
        client.download_fileobj(bucket, key, copy)
    return str(file)


if __name__ == "__main__":
    sys.exit(1 if move_all(sys.argv[1]) else 0)
