"""Application Auto Scaling: tags of targets, and scheduled actions that run."""

from typing import Any

from tests.engine.stand_in.account import backend
from tests.engine.stand_in.rules import Params, answers, effect, refuse, rule

SERVICE = "application-autoscaling"
_tags: dict[str, dict[str, str]] = {}
"""ARN of a scalable target: its tags, which moto does not keep."""


def _target(params: Any) -> Any:
    return backend("applicationautoscaling").targets.get(params["ScalableDimension"], {}).get(params["ResourceId"])


@rule(SERVICE, "RegisterScalableTarget", source="api RegisterScalableTargetRequest: MinCapacity up to MaxCapacity")
def capacity_is_a_range(params: Params) -> None:
    target = _target(params)
    least = params.get("MinCapacity", target.min_capacity if target else None)
    most = params.get("MaxCapacity", target.max_capacity if target else None)
    if least is None or most is None or least > most:
        refuse("ValidationException", "Maximum capacity cannot be less than minimum capacity")


@rule(
    SERVICE,
    "PutScalingPolicy",
    "PutScheduledAction",
    source="api ObjectNotFoundException: the scalable target must be registered",
)
def target_is_registered(params: Params) -> None:
    if _target(params) is None:
        told = f"No scalable target registered for service namespace: ecs, resource ID: {params['ResourceId']}"
        refuse("ObjectNotFoundException", told)


@effect(SERVICE, "RegisterScalableTarget")
def keep_tags(params: Params) -> None:
    """Keep the tags that come with a target."""
    if params.get("Tags"):
        _tags[_target(params).arn] = dict(params["Tags"])


@answers(SERVICE, "ListTagsForResource")
def list_tags(params: Params) -> dict[str, Any]:
    """Tell a target's tags."""
    return {"Tags": _tags.get(params["ResourceARN"], {})}


@answers(SERVICE, "TagResource")
def tag(params: Params) -> dict[str, Any]:
    """Tag a target."""
    _tags.setdefault(params["ResourceARN"], {}).update(params["Tags"])
    return {}


@answers(SERVICE, "UntagResource")
def untag(params: Params) -> dict[str, Any]:
    """Remove a target's tags."""
    for key in params["TagKeys"]:
        _tags.get(params["ResourceARN"], {}).pop(key, None)
    return {}


def run_scheduled_action(name: str) -> int:
    """Do what a scheduled action does at its hour: set the capacity of its targets; how many there were."""
    ran = 0
    for action in backend("applicationautoscaling").scheduled_actions:
        target = _target({"ScalableDimension": action.scalable_dimension, "ResourceId": action.resource_id})
        if action.scheduled_action_name == name and target is not None:
            wanted = action.scalable_target_action
            target.update(wanted.get("MinCapacity"), wanted.get("MaxCapacity"), None)
            ran += 1
    return ran
