"""Everything that the stack keeps or sends is encrypted, at rest by its own key."""

from collections.abc import Iterator
from typing import Final

from .model import UNKNOWN, JudgedResource, Stack, advisory, as_list, is_set, is_true, json_of, look, mandatory

FILE_SYSTEM: Final = "aws:efs/fileSystem:FileSystem"
REPLICATION_GROUP: Final = "aws:elasticache/replicationGroup:ReplicationGroup"
BUCKET: Final = "aws:s3/bucket:Bucket"
KEY: Final = "aws:kms/key:Key"

_Path = tuple[str, ...]
_SWITCHES: Final[dict[str, tuple[_Path, ...]]] = {
    "aws:rds/cluster:Cluster": (("storageEncrypted",),),
    "aws:rds/instance:Instance": (("storageEncrypted",),),
    REPLICATION_GROUP: (("atRestEncryptionEnabled",), ("transitEncryptionEnabled",)),
}
"""What must be true."""

_KEYS: Final[dict[str, _Path]] = {
    "aws:cloudwatch/logGroup:LogGroup": ("kmsKeyId",),
    "aws:ecs/cluster:Cluster": ("configuration", "executeCommandConfiguration", "kmsKeyId"),
    "aws:rds/cluster:Cluster": ("kmsKeyId",),
    "aws:rds/instance:Instance": ("kmsKeyId",),
    "aws:secretsmanager/secret:Secret": ("kmsKeyId",),
    "aws:sns/topic:Topic": ("kmsMasterKeyId",),
    "aws:sqs/queue:Queue": ("kmsMasterKeyId",),
    REPLICATION_GROUP: ("kmsKeyId",),
}
"""Where the key is named; AWS's own keys (`alias/aws/...`) do not count: their policies cannot be changed."""

_PARTS_OF_BUCKET: Final = {
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": "encryption",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": "public access block",
    "aws:s3/bucketPolicy:BucketPolicy": "policy",
}
_BLOCKS: Final = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


@mandatory(
    "encrypted-at-rest",
    "Everything kept is encrypted by the stack's key (EFS.1, RDS.27, ElastiCache.4, SNS.1): name it",
)
def at_rest(resource: JudgedResource, _stack: Stack) -> Iterator[str]:
    """Data, logs, secrets and messages are encrypted by a key of the account's own."""
    for path in _SWITCHES.get(resource.type, ()):
        if not is_true(resource.get(*path)):
            yield f"{'.'.join(path)} is not true"
    if path_of_key := _KEYS.get(resource.type):
        key = resource.get(*path_of_key)
        if not is_set(key) or (isinstance(key, str) and key.startswith("alias/aws/")):
            yield f"{'.'.join(path_of_key)} names no key of the account's own"
    if resource.type == FILE_SYSTEM and resource.get("encrypted") is None:
        yield "encrypted is not set"
    if resource.type == FILE_SYSTEM and is_true(resource.get("encrypted")) and not is_set(resource.get("kmsKeyId")):
        yield "kmsKeyId names no key of the account's own"


@advisory(
    "file-system-in-clear",
    "Only a file system taken over from CloudFormation may stay so (EFS.1): copy it to an encrypted one",
    FILE_SYSTEM,
)
def file_system_in_clear(resource: JudgedResource, _stack: Stack) -> Iterator[str]:
    """Said on purpose: a file system that was made without encryption keeps its data that way."""
    if resource.get("encrypted") is False:
        yield "encrypted is false"


@mandatory(
    "cache-authentication",
    "A cache takes TLS connections with a password only (ElastiCache.5, ElastiCache.6)",
    REPLICATION_GROUP,
)
def cache_authentication(resource: JudgedResource, _stack: Stack) -> Iterator[str]:
    """TLS to the cache only, and a password."""
    if resource.get("transitEncryptionMode") == "preferred":
        yield "transitEncryptionMode admits connections without TLS"
    if not is_set(resource.get("authToken")) and not is_set(resource.get("userGroupIds")):
        yield "neither authToken nor userGroupIds is set"


@mandatory("key-rotation", "Keys rotate, and wait 30 days before they are gone (KMS.3, KMS.4)", KEY)
def key_rotation(resource: JudgedResource, _stack: Stack) -> Iterator[str]:
    """Keys change every year, and a deleted one can be had back for a month."""
    if not is_true(resource.get("enableKeyRotation")):
        yield "enableKeyRotation is not true"
    days = resource.get("deletionWindowInDays")
    if isinstance(days, int | float) and days < 30:  # noqa: PLR2004  (KMS's longest)
        yield "deletionWindowInDays is less than 30"


@mandatory(
    "database-tls",
    "The database refuses plain connections: set the parameter rds.force_ssl to 1",
    "aws:rds/clusterParameterGroup:ClusterParameterGroup",
)
def database_tls(resource: JudgedResource, _stack: Stack) -> Iterator[str]:
    """PostgreSQL refuses connections without TLS."""
    forced = [look(item, "value") for item in resource.items("parameters") if look(item, "name") == "rds.force_ssl"]
    known = resource.get("parameters") is not UNKNOWN
    if known and "postgresql" in str(resource.get("family")) and not any(value in ("1", UNKNOWN) for value in forced):
        yield "rds.force_ssl is not 1"


@mandatory(
    "bucket",
    "A bucket is encrypted, blocks public access and denies requests without TLS (S3.5, S3.8, S3.17)",
    whole_stack=True,
)
def bucket(resource: JudgedResource, stack: Stack) -> Iterator[str]:
    """A bucket is encrypted, private and talks TLS only."""
    if resource.type == BUCKET:
        for token, part in _PARTS_OF_BUCKET.items():
            if not any(resource in stack.behind(other, "bucket", BUCKET) for other in stack.of_type(token)):
                yield f"has no {part}"
    if resource.type.endswith(":BucketPublicAccessBlock"):
        yield from (f"{name} is not true" for name in _BLOCKS if not is_true(resource.get(name)))
    if resource.type.endswith(":BucketPolicy"):
        document = json_of(resource.get("policy"))
        if document is not None and not any(_denies_plain_http(s) for s in as_list(document.get("Statement"))):
            yield "the policy does not deny requests without TLS"


def _denies_plain_http(statement: object) -> bool:
    transport = look(statement, "Condition", "Bool", "aws:SecureTransport")
    return look(statement, "Effect") == "Deny" and str(transport).lower() == "false"
