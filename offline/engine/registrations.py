"""Turns the engine's wire requests into `Resource` records."""

from pathlib import Path
from typing import Any

from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import alias_pb2, resource_pb2, source_pb2

from offline.engine import protobuf
from offline.engine.recording import Resource


def registered(
    request: resource_pb2.RegisterResourceRequest, *, urn: str, id_: str, root_urn: str, state: Struct
) -> Resource:
    """The record of a resource that the program creates; `state` is what the engine answers."""
    timeouts = request.customTimeouts
    waits = {"create": timeouts.create, "update": timeouts.update, "delete": timeouts.delete}
    return Resource(
        id=id_,
        custom=request.custom,
        remote=request.remote,
        property_dependencies={key: frozenset(value.urns) for key, value in request.propertyDependencies.items()},
        protect=request.protect if request.HasField("protect") else None,
        retain_on_delete=request.retainOnDelete if request.HasField("retainOnDelete") else None,
        delete_before_replace=request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else None,
        ignore_changes=tuple(request.ignoreChanges),
        replace_on_changes=tuple(request.replaceOnChanges),
        replacement_trigger=protobuf.decode_value(request.replacement_trigger),
        aliases=tuple(_alias(alias) for alias in request.aliases),
        custom_timeouts={action: wait for action, wait in waits.items() if wait},
        import_id=request.importId or None,
        **_shared(request, request.object, urn, root_urn, state),
    )


def looked_up(request: resource_pb2.ReadResourceRequest, *, urn: str, root_urn: str, state: Struct) -> Resource:
    """The record of a resource that the program only reads (`Type.get`)."""
    return Resource(
        id=request.id,
        custom=True,
        remote=False,
        read=True,
        property_dependencies={},
        import_id=request.id,
        **_shared(request, request.properties, urn, root_urn, state),
    )


def _shared(
    request: resource_pb2.RegisterResourceRequest | resource_pb2.ReadResourceRequest,
    properties: Struct,
    urn: str,
    root_urn: str,
    state: Struct,
) -> dict[str, Any]:
    inputs, secret_paths = protobuf.decode(properties)
    outputs, secret_outputs = protobuf.decode(state)
    return {
        "urn": urn,
        "type": request.type,
        "name": request.name,
        "parent": request.parent if request.parent not in ("", root_urn) else None,
        "inputs": inputs,
        "secret_paths": secret_paths,
        "outputs": outputs,
        "secret_outputs": protobuf.top_level(secret_outputs),
        "dependencies": frozenset(request.dependencies),
        "provider": request.provider or None,
        "source": _source(request.sourcePosition),
    }


def _alias(alias: alias_pb2.Alias) -> dict[str, Any]:
    if alias.urn:
        return {"urn": alias.urn}
    return {descriptor.name: value for descriptor, value in alias.spec.ListFields() if value}


def _source(position: source_pb2.SourcePosition) -> str:
    if not position.uri:
        return ""
    path = position.uri.removeprefix("project://").removeprefix("file://")
    # Code outside the working directory keeps its whole path.
    return f"{path.removeprefix(f'{Path.cwd()}/')}:{position.line}"
