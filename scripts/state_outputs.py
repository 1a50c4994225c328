"""The outputs of a stack whose first `make up` failed: Pulumi has written none, but the state tells most of them."""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from problems.command import CommandError
from scripts.deployed import named, registered
from scripts.exported_state import ExportedState

STACK = "pulumi:pulumi:Stack"
NOTE = "The first `make up` has not ended well: this is what the state tells."
_ONE_OF_A_KIND = {
    "LoadBalancerDNS": ("aws:lb/loadBalancer:LoadBalancer", "dnsName"),
    "EFSFileSystemId": ("aws:efs/fileSystem:FileSystem", "id"),
    "EFSFileSystemDNS": ("aws:efs/fileSystem:FileSystem", "dnsName"),
}
"""Outputs that a resource gives: its type and property."""


def are_missing(state: ExportedState) -> bool:
    """Whether resources are there, and no outputs."""
    return any(True for _ in state.resources()) and not any(
        resource.outputs for resource in state.resources() if resource.type == STACK
    )


def tell(state: ExportedState, words: Sequence[str]) -> int:
    """Print as `pulumi stack output` does: all, one by its name, or JSON. Raises CommandError for an unknown name."""
    outputs = _known(state)
    print(NOTE, file=sys.stderr)
    wanted = [word for word in words if not word.startswith("-")]
    if wanted and wanted[0] not in outputs:
        raise CommandError(f"The state does not tell {wanted[0]}. It tells: {', '.join(outputs)}")
    if wanted:
        print(_text(outputs[wanted[0]]))
    elif "--json" in words or "-j" in words:
        print(json.dumps(outputs, indent=2))
    else:
        width = max(map(len, outputs), default=0)
        print(*(f"{name.ljust(width)}  {_text(value)}" for name, value in outputs.items()), sep="\n")
    return 0


def _known(state: ExportedState) -> Mapping[str, Any]:
    definitions = registered(state)
    services = {app: arn.rpartition("/")[2].partition(":")[0] for app, arn in definitions.items()}
    by_kind = {
        name: next((one.outputs.get(key) for one in state.resources() if one.type == kind), None)
        for name, (kind, key) in _ONE_OF_A_KIND.items()
    }
    outputs = {
        "ECSClusterName": named(state, "aws:ecs/cluster:Cluster"),
        "ECSServiceName": services.get("webui"),
        "WebUIServiceName": services.get("webui"),
        "GatewayServiceName": services.get("gateway"),
        "ServiceNames": services,
        "TaskDefinitions": definitions,
        "LogGroupName": named(state, "aws:cloudwatch/logGroup:LogGroup", "/ecs/"),
        **by_kind,
    }
    return {name: value for name, value in outputs.items() if value}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
