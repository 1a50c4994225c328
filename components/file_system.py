"""The encrypted EFS file system that services keep files on."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from aws_rules import iam
from components.ecs_app_service.args import Volume
from components.support.canonical_json import canonical_json
from components.support.connections import Connection
from components.support.once import once

NFS_PORT = 2049
USER_ID = 1000
"""The POSIX user and group that every access point writes as, whoever the container runs as."""


@dataclass(frozen=True, kw_only=True)
class FileSystemArgs:
    """Where the file system is mounted and how it is kept."""

    vpc_id: pulumi.Input[str]
    subnet_per_zone: Mapping[str, pulumi.Input[str]]
    """Availability Zone to the one subnet of it that gets a mount target (EFS takes no second one)."""
    kms_key_arn: pulumi.Input[str]
    encrypted: bool = True
    throughput: str = "elastic"
    protect: bool = False


class SharedFileSystem(pulumi.ComponentResource):
    """EFS with a mount target per zone; clients need TLS, IAM and an access point."""

    file_system_id: pulumi.Output[str]
    file_system_arn: pulumi.Output[str]
    dns_name: pulumi.Output[str]

    def __init__(self, name: str, args: FileSystemArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("webui-bedrock:storage:SharedFileSystem", name, None, opts)
        self._name = name
        child = pulumi.ResourceOptions(parent=self)
        self._file_system = aws.efs.FileSystem(
            f"{name}-efs",
            encrypted=args.encrypted,
            kms_key_id=args.kms_key_arn if args.encrypted else None,
            throughput_mode=args.throughput,
            lifecycle_policies=[
                {"transition_to_ia": "AFTER_30_DAYS"},
                {"transition_to_primary_storage_class": "AFTER_1_ACCESS"},
            ],
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        self._group = aws.ec2.SecurityGroup(
            f"{name}-sg", vpc_id=args.vpc_id, description="Mount targets of the shared file system", opts=child
        )
        mount_targets = [
            aws.efs.MountTarget(
                f"{name}-mount-{zone}",
                file_system_id=self._file_system.id,
                subnet_id=subnet_id,
                security_groups=[self._group.id],
                # EFS takes one mount target per zone: another subnet of the zone has to wait for the old one to go.
                opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
            )
            for zone, subnet_id in args.subnet_per_zone.items()
        ]
        aws.efs.BackupPolicy(
            f"{name}-backup",
            file_system_id=self._file_system.id,
            backup_policy={"status": "ENABLED"},
            opts=child,
        )
        policy = aws.efs.FileSystemPolicy(
            f"{name}-policy",
            file_system_id=self._file_system.id,
            policy=canonical_json(_policy(self._file_system.arn)),
            opts=child,
        )
        self.file_system_id = self._file_system.id
        self.file_system_arn = self._file_system.arn
        self.dns_name = self._file_system.dns_name
        self._mountable_id = once(self._file_system.id, policy.id, *(target.id for target in mount_targets))
        outputs = ("file_system_id", "file_system_arn", "dns_name")
        self.register_outputs({name: getattr(self, name) for name in outputs})

    def volume_for(self, app: str, directory: str) -> Volume:
        """A volume that shows `app` the given directory of the file system, and nothing outside it.

        Its `file_system_id` is known once the file system can be mounted in every zone, so what uses it waits.
        """
        access_point = aws.efs.AccessPoint(
            f"{self._name}-{app}",
            file_system_id=self._file_system.id,
            posix_user={"uid": USER_ID, "gid": USER_ID},
            root_directory={
                "path": directory,
                "creation_info": {"owner_uid": USER_ID, "owner_gid": USER_ID, "permissions": "0750"},
            },
            opts=pulumi.ResourceOptions(parent=self),
        )
        return Volume(
            name="files",
            file_system_id=self._mountable_id,
            file_system_arn=self._file_system.arn,
            access_point_id=access_point.id,
            access_point_arn=access_point.arn,
            connection=Connection(name="file-system", security_group_id=self._group.id, port=NFS_PORT),
        )


def _policy(file_system_arn: pulumi.Output[str]) -> dict[str, object]:
    """Nobody mounts without TLS or around an access point; who may mount at all, the task roles say."""
    client = [f"elasticfilesystem:Client{action}" for action in ("Mount", "RootAccess", "Write")]
    around = {"Null": {"elasticfilesystem:AccessPointArn": "true"}}
    return iam.document(
        iam.deny_without_tls(client, file_system_arn),
        iam.deny("AccessPointsOnly", client, file_system_arn, around, principal=iam.ANYBODY),
    )
