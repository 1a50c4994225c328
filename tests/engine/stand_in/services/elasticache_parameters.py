"""ElastiCache's parameter groups, of which moto knows nothing."""

from typing import Any

from tests.engine.stand_in.account import arn, backend
from tests.engine.stand_in.rules import Params, answers, refuse, rule

_groups: dict[str, dict[str, Any]] = {}
_parameters: dict[str, dict[str, str]] = {}
"""Parameter group: what was set of it."""
_tags: dict[str, dict[str, str]] = {}
"""ARN of a parameter group: its tags."""


def _known(params: Params) -> str:
    name: str = params["CacheParameterGroupName"]
    if name not in _groups:
        refuse("CacheParameterGroupNotFoundFault", f"CacheParameterGroup {name} not found.")
    return name


@rule("elasticache", "CreateCacheParameterGroup", source="api CacheParameterGroupAlreadyExistsFault")
def parameter_group_is_new(params: Params) -> None:
    if params["CacheParameterGroupName"] in _groups:
        told = f"A cache parameter group with the name {params['CacheParameterGroupName']} already exists"
        refuse("CacheParameterGroupAlreadyExistsFault", told)


@rule("elasticache", "DeleteCacheParameterGroup", source="api InvalidCacheParameterGroupStateFault")
def parameter_group_is_unused(params: Params) -> None:
    name = _known(params)
    if any(group.parameter_group == name for group in backend("elasticache").replication_groups.values()):
        told = f"One or more cache clusters are still members of parameter group {name}"
        refuse("InvalidCacheParameterGroupStateFault", told)


@rule("elasticache", "CreateReplicationGroup", source="api CreateReplicationGroup: CacheParameterGroupNotFoundFault")
def parameter_group_exists(params: Params) -> None:
    if not params.get("CacheParameterGroupName", "default").startswith("default"):
        _known(params)


@answers("elasticache", "CreateCacheParameterGroup")
def create(params: Params) -> dict[str, Any]:
    """Make a group of a family's defaults."""
    name = params["CacheParameterGroupName"]
    of_group = arn("elasticache", f"parametergroup:{name}")
    kept = ("CacheParameterGroupName", "CacheParameterGroupFamily", "Description")
    _groups[name] = {key: params[key] for key in kept} | {"IsGlobal": False, "ARN": of_group}
    _parameters[name] = {}
    _tags[of_group] = {tag["Key"]: tag["Value"] for tag in params.get("Tags", [])}
    return {"CacheParameterGroup": _groups[name]}


@answers("elasticache", "ModifyCacheParameterGroup")
def modify(params: Params) -> dict[str, Any]:
    """Set parameters."""
    name = _known(params)
    _parameters[name] |= {item["ParameterName"]: item["ParameterValue"] for item in params["ParameterNameValues"]}
    return {"CacheParameterGroupName": name}


@answers("elasticache", "ResetCacheParameterGroup")
def reset(params: Params) -> dict[str, Any]:
    """Go back to the family's defaults."""
    name = _known(params)
    for item in params.get("ParameterNameValues", []):
        _parameters[name].pop(item["ParameterName"], None)
    return {"CacheParameterGroupName": name}


@answers("elasticache", "DeleteCacheParameterGroup")
def delete(params: Params) -> dict[str, Any]:
    """Delete the group."""
    del _groups[_known(params)]
    return {}


@answers("elasticache", "DescribeCacheParameterGroups")
def describe(params: Params) -> dict[str, Any]:
    """Describe one group, or all."""
    return {
        "CacheParameterGroups": [_groups[_known(params)]]
        if "CacheParameterGroupName" in params
        else [*_groups.values()]
    }


@answers("elasticache", "DescribeCacheParameters")
def describe_parameters(params: Params) -> dict[str, Any]:
    """Tell what was set of a group."""
    set_by_user = _parameters[_known(params)].items()
    shared = {"Source": "user", "IsModifiable": True}
    return {"Parameters": [{"ParameterName": key, "ParameterValue": value, **shared} for key, value in set_by_user]}


def _is_group(params: Params) -> bool:
    return ":parametergroup:" in params["ResourceName"]


@answers("elasticache", "ListTagsForResource")
def list_tags(params: Params) -> Any:
    """Tell a parameter group's tags; moto knows the others."""
    return _tag_list(params) if _is_group(params) else NotImplemented


@answers("elasticache", "AddTagsToResource")
def add_tags(params: Params) -> Any:
    """Tag a parameter group."""
    if not _is_group(params):
        return NotImplemented
    _tags[params["ResourceName"]] |= {tag["Key"]: tag["Value"] for tag in params["Tags"]}
    return _tag_list(params)


@answers("elasticache", "RemoveTagsFromResource")
def remove_tags(params: Params) -> Any:
    """Remove a parameter group's tags."""
    if not _is_group(params):
        return NotImplemented
    for key in params["TagKeys"]:
        _tags[params["ResourceName"]].pop(key, None)
    return _tag_list(params)


def _tag_list(params: Params) -> dict[str, Any]:
    return {"TagList": [{"Key": key, "Value": value} for key, value in _tags[params["ResourceName"]].items()]}


def parameter_groups() -> list[str]:
    """The names of the groups."""
    return list(_groups)
