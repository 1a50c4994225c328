"""The S3 bucket that keeps what people upload."""

from dataclasses import dataclass

import pulumi

from components.support.private_bucket import make_private_bucket

RECOVERABLE_DAYS = 30
"""Days that a deleted or overwritten file can be brought back."""


@dataclass(frozen=True, kw_only=True)
class UploadBucketArgs:
    """How the bucket is kept."""

    kms_key_arn: pulumi.Input[str]
    protect: bool = False


class UploadBucket(pulumi.ComponentResource):
    """A private, TLS-only, versioned bucket under the stack's key; S3 does not delete it while a file is in it."""

    bucket_name: pulumi.Output[str]
    bucket_arn: pulumi.Output[str]

    def __init__(self, name: str, args: UploadBucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("webui-bedrock:storage:UploadBucket", name, None, opts)
        bucket = make_private_bucket(
            name,
            sse={
                "apply_server_side_encryption_by_default": {
                    "sse_algorithm": "aws:kms",
                    "kms_master_key_id": args.kms_key_arn,
                },
                # One call to KMS for many objects.
                "bucket_key_enabled": True,
            },
            expiration={"expired_object_delete_marker": True},
            noncurrent_days=RECOVERABLE_DAYS,
            force_destroy=False,
            protect=args.protect,
            parent=self,
        )
        # Handed out once it is kept as it should be: what is stored before is encrypted with S3's key, and unversioned.
        self.bucket_name = bucket.ready_name
        self.bucket_arn = bucket.arn
        self.kms_key_arn = args.kms_key_arn
        self.register_outputs({"bucket_name": self.bucket_name, "bucket_arn": self.bucket_arn})
