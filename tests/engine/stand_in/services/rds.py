"""Aurora: versions never go down, everything stays in its VPC and its zones, and names are used once."""

import re
from typing import Any

from moto.rds.models import DBCluster

from tests.engine.stand_in.account import HOMES, backend, vpc_of_group, vpc_of_subnet, zone_of_subnet
from tests.engine.stand_in.knobs import KNOBS
from tests.engine.stand_in.rules import Params, answers, effect, refuse, rule

ENGINE = "aurora-postgresql"
LEAST_ZONES = 2
IDENTIFIER = re.compile(r"(?=.{1,63}$)[A-Za-z](-?[A-Za-z0-9])*")

# The capacity of Serverless v1; moto tells of it for every cluster.
DBCluster.scaling_configuration_info = property(lambda cluster: {} if cluster.scaling_configuration else None)


def resolve(version: str) -> str:
    """The full version that AWS takes for a version that may be a major one."""
    return KNOBS.default_minor if version == KNOBS.default_minor.split(".")[0] else version


def order(version: str) -> tuple[int, ...]:
    """A version as numbers, which have the order of releases."""
    return tuple(int(number) for number in version.split("."))


def home_of_node(subnets: list[str], number: int) -> str:
    """The subnet in which AWS puts node `number` of a database or cache: any, so `Knobs.zone_of_data` says which."""
    by_zone = sorted(subnets, key=zone_of_subnet)
    step = number if KNOBS.zone_of_data >= 0 else -number
    return by_zone[(KNOBS.zone_of_data + step) % len(by_zone)]


def _subnets_of(cluster: Any) -> list[str]:
    group = backend("rds").subnet_groups.get(cluster.db_subnet_group_name)
    return [subnet.id for subnet in group._subnets] if group else []


def _check_groups(group_ids: list[str], subnets: list[str]) -> None:
    if subnets and any(vpc_of_group(group) != vpc_of_subnet(subnets[0]) for group in group_ids):
        refuse("InvalidParameterCombination", "The DB instance and EC2 security group are in different VPCs.")


@rule(
    "rds",
    "CreateDBCluster",
    "RestoreDBClusterFromSnapshot",
    "RestoreDBClusterToPointInTime",
    source="api DBClusterAlreadyExistsFault",
)
def identifier_is_free(params: Params) -> None:
    if params["DBClusterIdentifier"].lower() in backend("rds").clusters:
        refuse("DBClusterAlreadyExistsFault", "DB Cluster already exists")


@rule(
    "rds",
    "CreateDBCluster",
    "RestoreDBClusterFromSnapshot",
    "RestoreDBClusterToPointInTime",
    source="api CreateDBClusterMessage.DBClusterIdentifier",
)
def identifier_is_valid(params: Params) -> None:
    if not IDENTIFIER.fullmatch(params["DBClusterIdentifier"]):
        told = (
            "must begin with a letter, hold letters, digits and single hyphens only, 63 at most, and not end with one"
        )
        refuse("InvalidParameterValue", f"The parameter DBClusterIdentifier {told}.")


@rule(
    "rds",
    "CreateDBCluster",
    "RestoreDBClusterFromSnapshot",
    "RestoreDBClusterToPointInTime",
    source="api DBSubnetGroupNotFoundFault, InvalidVPCNetworkStateFault",
)
def network_of_cluster_fits(params: Params) -> None:
    group = backend("rds").subnet_groups.get(params.get("DBSubnetGroupName", "").lower())
    if params.get("DBSubnetGroupName") and group is None:
        refuse("DBSubnetGroupNotFoundFault", f"DB subnet group '{params['DBSubnetGroupName']}' does not exist.")
    if group:
        _check_groups(params.get("VpcSecurityGroupIds", []), [subnet.id for subnet in group._subnets])


@rule(
    "rds",
    "CreateDBCluster",
    "ModifyDBCluster",
    source="api CreateDBClusterMessage.EngineVersion; guide Aurora PostgreSQL versions",
)
def version_is_on_offer(params: Params) -> None:
    version, engine = params.get("EngineVersion"), params.get("Engine", ENGINE)
    if version and engine == ENGINE and resolve(version) not in KNOBS.minors:
        refuse("InvalidParameterCombination", f"Cannot find version {version} for {ENGINE}")


@rule("rds", "CreateDBSubnetGroup", source="api DBSubnetGroupAlreadyExistsFault, DBSubnetGroupDoesNotCoverEnoughAZs")
def subnet_group_is_new_and_covers_zones(params: Params) -> None:
    if params["DBSubnetGroupName"].lower() in backend("rds").subnet_groups:
        refuse("DBSubnetGroupAlreadyExistsFault", f"The DB subnet group {params['DBSubnetGroupName']} already exists.")
    _check_zones(params["SubnetIds"])


def _check_zones(subnets: list[str]) -> None:
    if len({zone_of_subnet(subnet) for subnet in subnets}) < LEAST_ZONES:
        told = "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement."
        refuse("DBSubnetGroupDoesNotCoverEnoughAZs", told)


@rule(
    "rds",
    "ModifyDBSubnetGroup",
    source="api SubnetAlreadyInUse, DBSubnetGroupDoesNotCoverEnoughAZs; seen hashicorp/terraform-provider-aws#27459",
)
def subnets_may_change(params: Params) -> None:
    old = [subnet.id for subnet in backend("rds").subnet_groups[params["DBSubnetGroupName"]]._subnets]
    new = params["SubnetIds"]
    if {*map(vpc_of_subnet, new)} != {*map(vpc_of_subnet, old)}:
        refuse("InvalidParameterValue", "The new Subnets are not in the same Vpc as the existing subnet group")
    _check_zones(new)
    inside = [
        instance.db_instance_identifier
        for cluster in backend("rds").clusters.values()
        if cluster.db_subnet_group_name == params["DBSubnetGroupName"]
        for instance in cluster.members
    ]
    homes = {home for name in inside for home in HOMES.get(name, [])}
    if used := sorted(homes & (set(old) - set(new))):
        told = f"Some of the subnets to be deleted are currently in use: {', '.join(used)}"
        refuse("InvalidParameterValue", told)


@answers("rds", "ModifyDBSubnetGroup")
def modify_subnet_group(params: Params) -> dict[str, Any]:
    """Change subnets and description; moto loses the group."""
    group = backend("rds").subnet_groups[params["DBSubnetGroupName"]]
    group._subnets = [backend("ec2").get_subnet(subnet) for subnet in params["SubnetIds"]]
    group.description = params.get("DBSubnetGroupDescription", group.description)
    return {"DBSubnetGroup": group}


@rule("rds", "DeleteDBSubnetGroup", source="api DeleteDBSubnetGroup: InvalidDBSubnetGroupStateFault; seen sst/sst#4026")
def subnet_group_is_unused(params: Params) -> None:
    name = params["DBSubnetGroupName"]
    if used := [c.db_cluster_identifier for c in backend("rds").clusters.values() if c.db_subnet_group_name == name]:
        told = f"because at least one database cluster: {used[0]} is still using it."
        refuse("InvalidDBSubnetGroupStateFault", f"Cannot delete the subnet group '{name}' {told}")


@rule("rds", "DeleteDBClusterParameterGroup", source="api InvalidDBParameterGroupStateFault")
def parameter_group_is_unused(params: Params) -> None:
    name = params["DBClusterParameterGroupName"]
    if any(cluster.parameter_group == name for cluster in backend("rds").clusters.values()):
        told = (
            "One or more database instances are still members of this parameter group, so the group cannot be deleted"
        )
        refuse("InvalidDBParameterGroupStateFault", told)


@rule(
    "rds",
    "ModifyDBCluster",
    source="seen hashicorp/terraform-provider-aws#45026: a version below the running one is refused",
)
def version_does_not_go_down(params: Params) -> None:
    cluster = backend("rds").clusters.get(params["DBClusterIdentifier"])
    if cluster and params.get("EngineVersion"):
        wanted = resolve(params["EngineVersion"])
        if order(wanted) < order(cluster.engine_version):
            refuse("InvalidParameterCombination", f"Cannot upgrade {ENGINE} from {cluster.engine_version} to {wanted}")


@rule(
    "rds",
    "ModifyDBCluster",
    source="api ModifyDBCluster: InvalidVPCNetworkStateFault; guide: a cluster stays in its VPC",
)
def groups_are_of_the_cluster(params: Params) -> None:
    if cluster := backend("rds").clusters.get(params["DBClusterIdentifier"]):
        _check_groups(params.get("VpcSecurityGroupIds", []), _subnets_of(cluster))


@rule(
    "rds",
    "CreateDBInstance",
    source="seen hashicorp/terraform-provider-aws#3557: an instance has its cluster's version",
)
def version_is_the_clusters(params: Params) -> None:
    cluster = backend("rds").clusters.get(params.get("DBClusterIdentifier"))
    if cluster and params.get("EngineVersion") and resolve(params["EngineVersion"]) != cluster.engine_version:
        told = f"does not match the engine version of your DB cluster ({cluster.engine_version})."
        refuse("InvalidParameterCombination", f"The engine version that you requested for your DB instance {told}")


@effect("rds", "CreateDBCluster", "ModifyDBCluster", "RestoreDBClusterFromSnapshot", "RestoreDBClusterToPointInTime")
def run_a_full_version(params: Params) -> None:
    """Let the cluster run what a major version means today."""
    cluster = backend("rds").clusters[params["DBClusterIdentifier"].lower()]
    cluster.engine_version = resolve(cluster.engine_version)


@effect("rds", "CreateDBInstance")
def find_a_home(params: Params) -> None:
    """Put the instance into a zone of its subnet group."""
    name, state = params["DBInstanceIdentifier"], backend("rds")
    cluster = state.clusters.get(params.get("DBClusterIdentifier"))
    if cluster and (subnets := _subnets_of(cluster)):
        HOMES[name] = [home_of_node(subnets, len(cluster.members) - 1)]
        state.databases[name].availability_zone = zone_of_subnet(HOMES[name][0])


@effect("rds", "DeleteDBInstance")
def leave_the_home(params: Params) -> None:
    """Free the subnet."""
    HOMES.pop(params["DBInstanceIdentifier"], None)


@effect("rds", "CreateDBInstance", "ModifyDBInstance")
def keep_insights(params: Params) -> None:
    """Keep the settings of Performance Insights, which moto forgets."""
    instance = backend("rds").databases[params["DBInstanceIdentifier"]]
    if params.get("EnablePerformanceInsights") is not None:
        instance.performance_insights_enabled = params["EnablePerformanceInsights"]
        instance.performance_insights_kms_key_id = params.get("PerformanceInsightsKMSKeyId")
        instance.performance_insights_retention_period = params.get("PerformanceInsightsRetentionPeriod", 7)


@answers("rds", "DescribeDBEngineVersions")
def engine_versions(params: Params) -> dict[str, Any]:
    """Tell Aurora PostgreSQL's versions on offer, by their full numbers."""
    asked = params.get("EngineVersion", "")
    shown = [KNOBS.default_minor] if params.get("DefaultOnly") else KNOBS.minors
    described = [
        {
            "Engine": ENGINE,
            "EngineVersion": version,
            "MajorEngineVersion": version.split(".")[0],
            "DBParameterGroupFamily": f"{ENGINE}{version.split('.')[0]}",
            "DBEngineDescription": "Aurora (PostgreSQL)",
            "DBEngineVersionDescription": f"Aurora PostgreSQL (compatible with PostgreSQL {version})",
            "SupportedEngineModes": ["provisioned"],
            "ExportableLogTypes": ["postgresql"],
            "ValidUpgradeTarget": [
                {"Engine": ENGINE, "EngineVersion": later} for later in KNOBS.minors if order(later) > order(version)
            ],
            "Status": "available",
        }
        for version in shown
        if params.get("Engine", ENGINE) == ENGINE and f"{version}.".startswith(f"{asked}." if asked else "")
    ]
    family = params.get("DBParameterGroupFamily")
    return {"DBEngineVersions": [d for d in described if family in (None, d["DBParameterGroupFamily"])]}
