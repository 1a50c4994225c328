"""The data and the containers of the account in `stand_in_world.py`."""

from typing import Any, Protocol

World = dict[str, str]
"""What was made: a name of the tests to the id or ARN that AWS gave it."""


class Clients(Protocol):
    """Clients of one account, by boto3's names of services."""

    def __call__(self, service: str) -> Any:
        """A client of the service."""


def databases(aws: Clients, world: World) -> None:
    efs = aws("efs")
    for name in ("system", "empty"):
        world[name] = efs.create_file_system(CreationToken=name, ThroughputMode="elastic")["FileSystemId"]
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
        rds.create_db_cluster(**cluster(world, name, EngineVersion=version, DBClusterParameterGroupName="used"))
    rds.create_db_instance(**instance("db-1"))
    rds.create_db_cluster_snapshot(DBClusterIdentifier="db", DBClusterSnapshotIdentifier="kept")
    cache = aws("elasticache")
    for name in ("cache", "unused"):
        cache.create_cache_subnet_group(CacheSubnetGroupName=name, CacheSubnetGroupDescription="-", SubnetIds=subnets)
        cache.create_cache_parameter_group(
            CacheParameterGroupName=name, CacheParameterGroupFamily="valkey8", Description="-"
        )
    cache.create_replication_group(**replication_group("cache", NumCacheClusters=2, AutomaticFailoverEnabled=True))
    cache.create_replication_group(**replication_group("single"))


def cluster(world: World, name: str, **more: Any) -> dict[str, Any]:
    """What a database cluster takes."""
    return {
        "DBClusterIdentifier": name,
        "Engine": "aurora-postgresql",
        "MasterUsername": "admin_user",
        "MasterUserPassword": "made-up-12",
        "DBSubnetGroupName": "db",
        "VpcSecurityGroupIds": [world["vpc-used"]],
        **more,
    }


def instance(name: str, **more: Any) -> dict[str, Any]:
    """What an instance of the cluster `db` takes."""
    return {
        "DBInstanceIdentifier": name,
        "DBClusterIdentifier": "db",
        "DBInstanceClass": "db.serverless",
        "Engine": "aurora-postgresql",
        **more,
    }


def replication_group(name: str, **more: Any) -> dict[str, Any]:
    """What a group of cache nodes takes."""
    return {
        "ReplicationGroupId": name,
        "ReplicationGroupDescription": "-",
        "Engine": "valkey",
        "EngineVersion": "8.0",
        "CacheNodeType": "cache.t4g.micro",
        "CacheSubnetGroupName": "cache",
        "CacheParameterGroupName": "cache",
        "TransitEncryptionEnabled": True,
        **more,
    }


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
    balanced = {"loadBalancers": attached(world, "targets"), "healthCheckGracePeriodSeconds": 60}
    spot = [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]
    ecs.create_service(
        **service(world, "web", serviceConnectConfiguration=served, capacityProviderStrategy=spot, **balanced)
    )
    ecs.create_service(**service(world, "worker"))
    ecs.create_service(**service(world, "leaving"))
    ecs.delete_service(cluster="cluster", service="leaving", force=True)
    aws("application-autoscaling").register_scalable_target(
        **scalable("web"), MinCapacity=1, MaxCapacity=5, Tags={"Team": "a"}
    )


def service(world: World, name: str, **more: Any) -> dict[str, Any]:
    """What a service in the VPC takes."""
    network = {"subnets": [world["vpc-a"]], "securityGroups": [world["vpc-used"]]}
    return {
        "cluster": "cluster",
        "serviceName": name,
        "taskDefinition": "task",
        "desiredCount": 1,
        "networkConfiguration": {"awsvpcConfiguration": network},
        **more,
    }


def attached(world: World, group: str) -> list[dict[str, Any]]:
    """A service's load balancer: a target group of the VPC."""
    return [{"targetGroupArn": world[f"vpc-{group}"], "containerName": "app", "containerPort": 80}]


def scalable(name: str) -> dict[str, str]:
    """A service's number of tasks, as Application Auto Scaling names it."""
    return {
        "ServiceNamespace": "ecs",
        "ResourceId": f"service/cluster/{name}",
        "ScalableDimension": "ecs:service:DesiredCount",
    }
