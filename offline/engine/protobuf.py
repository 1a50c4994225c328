"""Translates between protobuf values of the Pulumi wire protocol and plain Python values."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias

from google.protobuf.struct_pb2 import Struct, Value
from pulumi.runtime import rpc

Json: TypeAlias = Any
"""What JSON can hold; in decoded values also `UNKNOWN`."""

_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
_KINDS: Final = {
    "1b47061264138c4ac30d75fd1eb44270": "secret",
    "c44067f5952c0a294b673a41bacd8c17": "asset",
    "0def7320c3a5731c473e5ecbe6d01bc7": "archive",
    "5cf8f73096256a8f31e491e813e4eb8e": "resource",
}


class UnknownValue:
    """Stands for a value that only a real deployment would give."""

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __copy__(self) -> "UnknownValue":
        return self

    def __deepcopy__(self, memo: object) -> "UnknownValue":
        return self


UNKNOWN: Final = UnknownValue()


def decode(struct: Struct) -> tuple[dict[str, Any], frozenset[str]]:
    """The plain dict behind `struct`, and the paths (`environment[0].value`) at which it holds a secret.

    Secrets are unwrapped, unknowns become `UNKNOWN`, whole numbers become `int`; assets, archives and
    resource references become dicts with a `kind`.
    """
    secrets: set[str] = set()
    values = {key: _decode(value, key, secrets) for key, value in sorted(struct.fields.items())}
    return values, frozenset(secrets)


def decode_value(value: Value) -> Json:
    """The plain value; None for one that was not set."""
    return _decode(value, "", set())


def _decode(value: Value, path: str, secrets: set[str]) -> Json:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        return UNKNOWN if value.string_value == rpc.UNKNOWN else value.string_value
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    if kind == "bool_value":
        return value.bool_value
    if kind == "list_value":
        return [_decode(item, f"{path}[{i}]", secrets) for i, item in enumerate(value.list_value.values)]
    if kind == "struct_value":
        return _decode_object(value.struct_value, path, secrets)
    return None


def _decode_object(struct: Struct, path: str, secrets: set[str]) -> Json:
    fields = struct.fields
    kind = _KINDS[fields[_SIGNATURE].string_value] if _SIGNATURE in fields else None
    if kind == "secret":
        secrets.add(path)
        return _decode(fields["value"], path, secrets)
    plain = {k: _decode(v, f"{path}.{k}", secrets) for k, v in sorted(fields.items()) if k != _SIGNATURE}
    return plain if kind is None else {"kind": kind, **plain}


def encode(values: Mapping[str, Any], *, secret: Iterable[str] = ()) -> Struct:
    """A protobuf struct of JSON-like `values`; the properties named in `secret` are wrapped as secrets."""
    hidden = frozenset(secret)
    struct = Struct()
    struct.update({key: _wrap(value) if key in hidden else value for key, value in values.items()})
    return struct


def _wrap(value: Json) -> dict[str, Json]:
    signature = next(signature for signature, kind in _KINDS.items() if kind == "secret")
    return {_SIGNATURE: signature, "value": value}


def with_leaves(value: Json, changed: Callable[[Json], Json]) -> Json:
    """The value with each text, number and other leaf in its lists and maps changed."""
    if isinstance(value, dict):
        return {key: with_leaves(item, changed) for key, item in value.items()}
    return [with_leaves(item, changed) for item in value] if isinstance(value, list) else changed(value)


def top_level(paths: Iterable[str]) -> frozenset[str]:
    """The top-level property names of paths such as `environment[0].value`."""
    return frozenset(path.replace("[", ".").split(".")[0] for path in paths)
