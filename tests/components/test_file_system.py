"""Files that survive a task, reached by TLS, IAM and an access point only."""

from dataclasses import replace
from functools import cache

import pulumi_aws as aws

from components.file_system import SharedFileSystem
from offline.engine import record
from offline.engine.recording import Recording
from tests.support.component_args import FILE_SYSTEM
from tests.support.component_recording import FACTS, depends_on, policy, record_one
from tests.support.component_variants import recorded


@cache
def with_volumes() -> Recording:
    """Two applications' volumes, and parameters that hold what a task definition would."""

    def program() -> None:
        files = SharedFileSystem("file-system", FILE_SYSTEM)
        volume = files.volume_for("webui", "/webui")
        files.volume_for("notes", "/services/notes")
        assert volume.connection is not None
        aws.ssm.Parameter("id", type="String", value=volume.file_system_id)
        aws.ssm.Parameter("point", type="String", value=volume.access_point_id)
        aws.ssm.Parameter("group", type="String", value=volume.connection.security_group_id)
        aws.ssm.Parameter("port", type="String", value=str(volume.connection.port))

    return record(program, aws=FACTS)


def value(name: str) -> str:
    return str(with_volumes().one(aws.ssm.Parameter, name).inputs["value"])


def test_a_file_system_taken_over_unencrypted_names_no_key() -> None:
    inputs = (
        record_one(SharedFileSystem, "file-system", replace(FILE_SYSTEM, encrypted=False))
        .one(aws.efs.FileSystem)
        .inputs
    )
    assert inputs["encrypted"] is False
    assert "kmsKeyId" not in inputs


def test_every_zone_has_one_mount_target_in_its_subnet() -> None:
    targets = recorded("file system").of_type(aws.efs.MountTarget)
    group = recorded("file system").one(aws.ec2.SecurityGroup)
    assert {target.name: target.inputs["subnetId"] for target in targets} == {
        "file-system-mount-eu-west-1a": "subnet-00000001",
        "file-system-mount-eu-west-1b": "subnet-00000002",
    }
    assert [target.name for target in targets if target.inputs["securityGroups"] != [group.id]] == []


def test_a_mount_target_goes_before_another_one_of_its_zone_comes() -> None:
    targets = recorded("file system").of_type(aws.efs.MountTarget)
    assert {target.delete_before_replace for target in targets} == {True}


def test_nobody_mounts_without_tls_or_around_an_access_point() -> None:
    recording = recorded("file system")
    statements = policy(recording.one(aws.efs.FileSystemPolicy))
    assert {sid: s["Condition"] for sid, s in statements.items()} == {
        "TlsOnly": {"Bool": {"aws:SecureTransport": "false"}},
        "AccessPointsOnly": {"Null": {"elasticfilesystem:AccessPointArn": "true"}},
    }
    for statement in statements.values():
        assert (statement["Effect"], statement["Principal"]) == ("Deny", {"AWS": "*"})
        assert set(statement["Action"]) == {
            "elasticfilesystem:ClientMount",
            "elasticfilesystem:ClientRootAccess",
            "elasticfilesystem:ClientWrite",
        }
        assert statement["Resource"] == recording.one(aws.efs.FileSystem).outputs["arn"]


def test_what_mounts_a_volume_waits_for_every_mount_target_and_the_policy() -> None:
    waits_for = depends_on(with_volumes(), with_volumes().one(aws.ssm.Parameter, "id"))
    assert {
        "file-system-mount-eu-west-1a",
        "file-system-mount-eu-west-1b",
        "file-system-policy",
    } <= waits_for
    assert value("id") == with_volumes().one(aws.efs.FileSystem).id


def test_each_application_has_an_access_point_to_its_own_directory() -> None:
    points = {
        point.name: point.inputs["rootDirectory"]["path"] for point in with_volumes().of_type(aws.efs.AccessPoint)
    }
    assert points == {"file-system-webui": "/webui", "file-system-notes": "/services/notes"}
    assert value("point") == with_volumes().one(aws.efs.AccessPoint, "file-system-webui").id


def test_an_access_point_writes_as_user_1000_whoever_the_container_is() -> None:
    point = with_volumes().one(aws.efs.AccessPoint, "file-system-webui").inputs
    assert point["posixUser"] == {"uid": 1000, "gid": 1000}
    assert point["rootDirectory"]["creationInfo"] == {"ownerUid": 1000, "ownerGid": 1000, "permissions": "0750"}


def test_a_volume_names_the_group_that_its_service_must_reach() -> None:
    assert value("group") == with_volumes().one(aws.ec2.SecurityGroup).id
    assert value("port") == "2049"
