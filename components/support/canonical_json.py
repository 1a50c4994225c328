"""JSON of documents that hold outputs, in one form: planning twice gives the same bytes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi


@dataclass(frozen=True)
class _Slot:
    """Stands in a document for one of its outputs until their values are known."""

    position: int


def canonical_json(document: Any) -> pulumi.Output[str]:
    """The document with sorted keys and no spaces; secret or unknown if one of its outputs is.

    `pulumi.Output.json_dumps` turns every dict, list and string within into an output of its own: for this program's
    documents that was four fifths of the time of a plan.
    """
    outputs: list[pulumi.Output[Any]] = []
    template = _with_slots(document, outputs)

    def render(values: list[Any]) -> str:
        return json.dumps(template, default=lambda slot: values[slot.position], sort_keys=True, separators=(",", ":"))

    return pulumi.Output.all(*outputs).apply(render)


def _with_slots(value: Any, outputs: list[pulumi.Output[Any]]) -> Any:
    if isinstance(value, pulumi.Output):
        outputs.append(value)
        return _Slot(len(outputs) - 1)
    if isinstance(value, Mapping):
        return {key: _with_slots(item, outputs) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_with_slots(item, outputs) for item in value]
    return value
