"""Uploads in a bucket: the task's role may do there what Open WebUI does, and nothing else."""

from typing import Any

import pytest

from tests.support.program import environment, plan, statements

KEY = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
OBJECTS = {"s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"}


def storage(**bucket: Any) -> dict[str, Any]:
    return {"webui": {"storage": "s3", **({"bucket": bucket} if bucket else {})}}


@pytest.mark.parametrize(
    ("config", "key"),
    [(storage(), "alias/webui-bedrock"), (storage(name="team"), None), (storage(name="team", kmsKeyArn=KEY), KEY)],
)
def test_the_role_may_keep_objects_in_its_bucket_and_use_the_buckets_key_through_s3(
    config: dict[str, Any], key: str | None
) -> None:
    recording = plan(config)
    may = statements(recording, "webui-task-policy")
    bucket = environment(recording, "webui")["S3_BUCKET_NAME"]
    assert may["ListUploads"]["Resource"] == [f"arn:aws:s3:::{bucket}"]
    assert (set(may["KeepUploads"]["Action"]), may["KeepUploads"]["Resource"]) == (
        OBJECTS,
        [f"arn:aws:s3:::{bucket}/*"],
    )
    if key == "alias/webui-bedrock":
        (stack_key,) = [found for found in recording.resources if found.name == "encryption-key-kms"]
        key = stack_key.outputs["arn"]
    assert may.get("EncryptUploads", {}).get("Resource") == (key and [key])
    if key:
        assert may["EncryptUploads"]["Condition"] == {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}


def test_no_other_role_may_touch_the_bucket() -> None:
    recording = plan(storage())
    policies = [found for found in recording.resources if found.short_type == "iam.RolePolicy"]
    assert [found.name for found in policies if "s3:" in found.inputs["policy"]] == ["webui-task-policy"]


def test_open_webui_finds_the_bucket_without_keys_and_an_output_names_it() -> None:
    recording = plan(storage(name="team-uploads"))
    told = {
        name: value for name, value in environment(recording, "webui").items() if "S3_" in name or "STORAGE" in name
    }
    assert told == {
        "STORAGE_PROVIDER": "s3",
        "S3_BUCKET_NAME": "team-uploads",
        "S3_REGION_NAME": "us-east-1",
        "STORAGE_LOCAL_CACHE": "false",
    }
    assert recording.outputs["UploadsBucket"] == "team-uploads"
    assert plan().outputs["UploadsBucket"] == ""
