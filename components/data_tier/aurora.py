"""Aurora PostgreSQL Serverless v2, encrypted, logged, and open to TLS connections only."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
import pulumi_random as random

from aws_rules import database, iam
from components.data_tier.args import DataTierArgs
from components.support.canonical_json import canonical_json
from components.support.connections import Connection
from components.support.log_group import make_log_group
from components.support.once import once
from components.support.secret_values import SecretReference, keep_secret, random_value

PORT = 5433
"""Not the default port: Security Hub RDS.23."""

NAME = "webui"
USER = "webui_admin"
"""The master user, because Open WebUI creates the vector extension itself (which takes rds_superuser)."""

IAM_USER = "webui_app"
"""The user that logs in with a token of IAM; Open WebUI's migration container makes it, and gives it the tables."""

PASSWORD_LENGTH = 32
"""RDS takes 8 to 128 characters."""


@dataclass(frozen=True, kw_only=True)
class Database:
    """What a client needs; `host` is known once the writer instance accepts connections."""

    host: pulumi.Output[str]
    name: str
    user: str
    password: SecretReference
    iam_user: str
    connection: Connection
    cluster_identifier: pulumi.Output[str]
    cluster_arn: pulumi.Output[str]
    resource_id: pulumi.Output[str]
    """What IAM knows the cluster by (`rds-db:connect`); another one after a restore."""


def make_database(name: str, args: DataTierArgs, *, parent: pulumi.Resource) -> Database:
    """A cluster with a writer and, from the second instance on, readers to fail over to."""
    child = pulumi.ResourceOptions(parent=parent)
    group = aws.ec2.SecurityGroup(f"{name}-sg", vpc_id=args.vpc_id, description="Aurora PostgreSQL", opts=child)
    password_value = random_value(f"{name}-password", length=PASSWORD_LENGTH, parent=parent)
    password = keep_secret(
        f"{name}-password",
        password_value,
        description=f"Password of the database user {USER}",
        keeping=args.keeping,
        parent=parent,
    )
    cluster = _make_cluster(name, args, group.id, password_value, parent)
    instances = _make_instances(name, args, cluster, parent)
    return Database(
        host=once(cluster.endpoint, *(instance.id for instance in instances)),
        name=NAME,
        user=USER,
        password=password,
        connection=Connection(name="database", security_group_id=group.id, port=PORT),
        iam_user=IAM_USER,
        cluster_identifier=cluster.cluster_identifier,
        cluster_arn=cluster.arn,
        resource_id=cluster.cluster_resource_id,
    )


def _make_cluster(
    name: str,
    args: DataTierArgs,
    security_group_id: pulumi.Output[str],
    password: pulumi.Output[str],
    parent: pulumi.Resource,
) -> aws.rds.Cluster:
    child = pulumi.ResourceOptions(parent=parent)
    identifier = pulumi.Output.concat(args.name_prefix, "-", _make_suffix(name, args, parent))
    # RDS would create it, without encryption and kept for ever.
    log_group = make_log_group(
        f"{name}-logs",
        args.keeping.kms_key_arn,
        pulumi.ResourceOptions(parent=parent, delete_before_replace=False),
        called=pulumi.Output.concat("/aws/rds/cluster/", identifier, "/postgresql"),
    )
    return aws.rds.Cluster(
        f"{name}-cluster",
        cluster_identifier=identifier,
        snapshot_identifier=args.snapshot_identifier,
        engine=aws.rds.EngineType.AURORA_POSTGRESQL,
        engine_mode=aws.rds.EngineMode.PROVISIONED,
        engine_version=args.engine_version,
        database_name=NAME,
        master_username=USER,
        master_password=password,
        port=PORT,
        db_subnet_group_name=aws.rds.SubnetGroup(f"{name}-subnets", subnet_ids=args.subnet_ids, opts=child).name,
        vpc_security_group_ids=[security_group_id],
        db_cluster_parameter_group_name=_make_parameter_group(name, child).name,
        serverlessv2_scaling_configuration=_capacity(args),
        storage_encrypted=True,
        kms_key_id=args.keeping.kms_key_arn,
        iam_database_authentication_enabled=True,
        backup_retention_period=args.backup_days,
        copy_tags_to_snapshot=True,
        deletion_protection=args.protect,
        skip_final_snapshot=not args.final_snapshot,
        final_snapshot_identifier=pulumi.Output.concat(identifier, "-final") if args.final_snapshot else None,
        enabled_cloudwatch_logs_exports=["postgresql"],
        apply_immediately=True,
        opts=_cluster_options(args, parent, log_group),
    )


def _cluster_options(
    args: DataTierArgs, parent: pulumi.Resource, log_group: aws.cloudwatch.LogGroup
) -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions(
        parent=parent,
        protect=args.protect,
        depends_on=[log_group],
        # A replacement has a name of its own and stands before the old one goes: a failed restore loses nothing.
        delete_before_replace=False,
        # Aurora raises the minor version, and a snapshot may bring a database and a user of other names.
        ignore_changes=["engineVersion", "databaseName", "masterUsername"],
    )


def _capacity(args: DataTierArgs) -> aws.rds.ClusterServerlessv2ScalingConfigurationArgsDict:
    capacity: aws.rds.ClusterServerlessv2ScalingConfigurationArgsDict = {
        "min_capacity": args.min_capacity,
        "max_capacity": args.max_capacity,
    }
    if args.seconds_until_auto_pause is not None:
        capacity["seconds_until_auto_pause"] = args.seconds_until_auto_pause
    return capacity


def _make_suffix(name: str, args: DataTierArgs, parent: pulumi.Resource) -> pulumi.Output[str]:
    """New with every cluster that a key or a snapshot replaces, so that neither its name nor that of its final snapshot
    meets those of the one before it. A snapshot that is no longer named leaves everything as it is.
    """
    keepers = {"kms_key_id": args.keeping.kms_key_arn, "snapshot": args.snapshot_identifier or ""}
    ignored = [] if args.snapshot_identifier else ["keepers.snapshot"]
    options = pulumi.ResourceOptions(parent=parent, ignore_changes=ignored)
    return random.RandomId(f"{name}-suffix", byte_length=3, keepers=keepers, opts=options).hex


def _make_parameter_group(name: str, child: pulumi.ResourceOptions) -> aws.rds.ClusterParameterGroup:
    return aws.rds.ClusterParameterGroup(
        f"{name}-parameters",
        family=database.PARAMETER_GROUP_FAMILY,
        description="TLS only; slow statements and schema changes are logged",
        parameters=[
            {"name": "log_min_duration_statement", "value": "1000"},
            {"name": "log_statement", "value": "ddl"},
            {"name": "rds.force_ssl", "value": "1"},
        ],
        opts=child,
    )


def _make_instances(
    name: str, args: DataTierArgs, cluster: aws.rds.Cluster, parent: pulumi.Resource
) -> list[aws.rds.ClusterInstance]:
    child = pulumi.ResourceOptions(parent=parent)
    monitoring = aws.iam.Role(
        f"{name}-monitoring",
        assume_role_policy=canonical_json(iam.assume_role("monitoring.rds.amazonaws.com", args.location.account_id)),
        opts=child,
    )
    may_publish = aws.iam.RolePolicyAttachment(
        f"{name}-monitoring-policy",
        role=monitoring.name,
        policy_arn=f"arn:{args.location.partition}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole",
        opts=child,
    )
    # The server reads its number of connections when it starts: instances of another number take the old ones' place.
    connections = database.max_connections(args.min_capacity, args.max_capacity)
    return [
        aws.rds.ClusterInstance(
            f"{name}-instance-{number}",
            cluster_identifier=cluster.id,
            engine=aws.rds.EngineType.AURORA_POSTGRESQL,
            instance_class="db.serverless",
            publicly_accessible=False,
            auto_minor_version_upgrade=True,
            monitoring_interval=60,
            monitoring_role_arn=monitoring.arn,
            performance_insights_enabled=True,
            performance_insights_kms_key_id=args.keeping.kms_key_arn,
            promotion_tier=0 if number == 1 else 1,
            apply_immediately=True,
            opts=pulumi.ResourceOptions(parent=parent, depends_on=[may_publish], replacement_trigger=connections),
        )
        for number in range(1, args.instances + 1)
    ]
