"""The data and the containers of the account in `stand_in_world.py`."""

from pathlib import Path
from typing import Any, Protocol

import yaml

DECLARED = yaml.safe_load(Path(__file__).with_name("refused.yaml").read_text())

World = dict[str, str]
"""What was made: a name of the tests to the id or ARN that AWS gave it."""


class Clients(Protocol):
    """Clients of one account, by boto3's names of services."""

    def __call__(self, service: str) -> Any:
        """A client of the service."""


def filled(value: Any, world: World) -> Any:
    """A value of refused.yaml with the world's ids in it, and without nulls."""
    if isinstance(value, dict):
        return {key: filled(member, world) for key, member in value.items() if member is not None}
    if isinstance(value, list):
        return [filled(member, world) for member in value]
    return world[value[1:]] if isinstance(value, str) and value.startswith("$") else value


def base(name: str, world: World, **more: Any) -> dict[str, Any]:
    """What a call takes to make one of the `bases` of refused.yaml."""
    return {**filled(DECLARED["bases"][name], world), **more}


def databases(aws: Clients, world: World) -> None:
    aws("backup").create_backup_vault(BackupVaultName="vault")
    rules = [{"RuleName": "all", "TargetBackupVaultName": "vault"}]
    plan = aws("backup").create_backup_plan(BackupPlan={"BackupPlanName": "plan", "Rules": rules})
    world["plan"] = plan["BackupPlanId"]
    efs = aws("efs")
    for name in ("system", "empty"):
        world[name] = efs.create_file_system(CreationToken=name, ThroughputMode="elastic")["FileSystemId"]
        world[f"{name}-backup"] = f"arn:aws:backup:us-east-1:123456789012:recovery-point:{world[name]}"
    for service in ("backup", "ecs-tasks"):
        trust = f'{{"Statement": [{{"Principal": {{"Service": "{service}.amazonaws.com"}}}}]}}'
        role = aws("iam").create_role(RoleName=service, AssumeRolePolicyDocument=trust)
        world[f"{service}-role"] = role["Role"]["Arn"]
    target = efs.create_mount_target(
        FileSystemId=world["system"], SubnetId=world["vpc-a"], SecurityGroups=[world["vpc-used"]]
    )
    world["target"] = target["MountTargetId"]
    subnets = [world["vpc-a"], world["vpc-b"], world["vpc-a2"], world["vpc-c"]]
    rds = aws("rds")
    rds.create_db_subnet_group(DBSubnetGroupName="db", DBSubnetGroupDescription="-", SubnetIds=subnets)
    rds.create_db_subnet_group(DBSubnetGroupName="unused", DBSubnetGroupDescription="-", SubnetIds=subnets)
    for name in ("used", "unused"):
        rds.create_db_cluster_parameter_group(
            DBClusterParameterGroupName=name, DBParameterGroupFamily="aurora-postgresql16", Description="-"
        )
    for name, version in {"db": "16.9", "idle": "16.8"}.items():
        wanted = {"DBClusterIdentifier": name, "EngineVersion": version, "DBClusterParameterGroupName": "used"}
        rds.create_db_cluster(**base("cluster", world, **wanted))
    rds.create_db_instance(**base("instance", world, DBInstanceIdentifier="db-1"))
    rds.create_db_cluster_snapshot(DBClusterIdentifier="db", DBClusterSnapshotIdentifier="kept")
    cache = aws("elasticache")
    for name in ("cache", "unused"):
        cache.create_cache_subnet_group(CacheSubnetGroupName=name, CacheSubnetGroupDescription="-", SubnetIds=subnets)
        cache.create_cache_parameter_group(
            CacheParameterGroupName=name, CacheParameterGroupFamily="valkey8", Description="-"
        )
    two = {"NumCacheClusters": 2, "AutomaticFailoverEnabled": True}
    cache.create_replication_group(**base("group", world, ReplicationGroupId="cache", **two))
    cache.create_replication_group(**base("group", world, ReplicationGroupId="single"))


def users(aws: Clients, world: World) -> None:
    cognito = aws("cognito-idp")
    for name, more in {"pool": {}, "lite": {"UserPoolTier": "LITE"}, "kept": {"DeletionProtection": "ACTIVE"}}.items():
        world[name] = cognito.create_user_pool(PoolName=name, **more)["UserPool"]["Id"]
    cognito.create_user_pool_domain(UserPoolId=world["pool"], Domain="taken")
    for name in ("styled", "plain"):
        made = cognito.create_user_pool_client(UserPoolId=world["pool"], ClientName=name)
        world[name] = made["UserPoolClient"]["ClientId"]
    cognito.create_managed_login_branding(UserPoolId=world["pool"], ClientId=world["styled"])


def containers(aws: Clients, world: World) -> None:
    ecs = aws("ecs")
    for name in ("cluster", "vacant"):
        ecs.create_cluster(clusterName=name, capacityProviders=["FARGATE", "FARGATE_SPOT"])
    ecs.register_task_definition(family="task", containerDefinitions=[{"name": "app", "image": "app", "memory": 128}])
    for name in ("namespace", "empty-namespace"):
        aws("servicediscovery").create_http_namespace(Name=name)
    for namespace in aws("servicediscovery").list_namespaces()["Namespaces"]:
        world[namespace["Name"]] = namespace["Id"]
        world[f"{namespace['Name']}-arn"] = namespace["Arn"]
    served = {"enabled": True, "namespace": world["namespace-arn"], "services": [{"portName": "http"}]}
    balancer = {"targetGroupArn": world["vpc-targets"], "containerName": "app", "containerPort": 80}
    balanced = {"loadBalancers": [balancer], "healthCheckGracePeriodSeconds": 60}
    spot = [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]
    web = {"serviceConnectConfiguration": served, "capacityProviderStrategy": spot, **balanced}
    for name, more in {"web": web, "worker": {}, "leaving": {}}.items():
        ecs.create_service(**base("service", world, serviceName=name, **more))
    ecs.delete_service(cluster="cluster", service="leaving", force=True)
    bounds = {"MinCapacity": 1, "MaxCapacity": 5}
    aws("application-autoscaling").register_scalable_target(**base("target", world, **bounds), Tags={"Team": "a"})
