"""Uploads in the stack's own bucket as they were at a moment: S3 keeps for 30 days what is deleted or overwritten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from health.aws import Aws


@dataclass(frozen=True, kw_only=True)
class Gone:
    """Versions that were current at a moment and are not any more."""

    bucket: str
    versions: Sequence[Mapping[str, Any]] = ()
    """As ListObjectVersions gives them."""

    def bring_back(self, aws: Aws) -> None:
        """Copy each over what is there now, which stays as a version. Raises one of AWS_ERRORS."""
        for version in self.versions:
            source = {"Bucket": self.bucket, "Key": version["Key"], "VersionId": version["VersionId"]}
            aws.client("s3").copy(source, self.bucket, version["Key"])


def gone_since(aws: Aws, bucket: str, moment: datetime) -> Gone:
    """What was deleted or overwritten since then. Raises one of AWS_ERRORS."""
    then: dict[str, Mapping[str, Any]] = {}
    deleted: set[str] = set()
    for page in aws.client("s3").get_paginator("list_object_versions").paginate(Bucket=bucket):
        markers = page.get("DeleteMarkers", [])
        deleted |= {marker["VersionId"] for marker in markers}
        for version in (*page.get("Versions", []), *markers):
            known = then.get(version["Key"])
            if version["LastModified"] <= moment and (not known or known["LastModified"] < version["LastModified"]):
                then[version["Key"]] = version
    versions = [one for one in then.values() if one["VersionId"] not in deleted and not one["IsLatest"]]
    return Gone(bucket=bucket, versions=versions)
