"""Reads Pulumi.yaml and Pulumi.<stack>.yaml and merges them as the CLI does."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from pulumi import RunError

from offline.engine.protobuf import Json

_CONCEALED: Final = "[secret]"
_DECLARATION_KEYS: Final = frozenset({"type", "items", "description", "secret", "default", "value"})


@dataclass(frozen=True, kw_only=True)
class StackConfig:
    """A stack's config as the host passes it: namespaced keys, strings, JSON for anything structured."""

    project: str
    values: dict[str, str]
    secret_keys: frozenset[str]


class _Loader(yaml.SafeLoader):
    """YAML 1.2 scalars, as the CLI reads them: `on` and `no` are words, `12:30` and dates are strings."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", r"^[-+]?(?:[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", "-+0123456789"),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
    ("null", r"^(?:~|null|Null|NULL|)$", "~nN\0"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), [*_first, ""])


def namespaced(key: str, project: str) -> str:
    """A key without a namespace belongs to the project's."""
    return key if ":" in key else f"{project}:{key}"


def encode(values: Mapping[str, object], project: str) -> dict[str, str]:
    """Config values as the host passes them to the program: strings, and JSON for everything else."""
    return {namespaced(k, project): v if isinstance(v, str) else json.dumps(v) for k, v in values.items()}


def load(root: Path, stack: str, overrides: Mapping[str, object] | None = None) -> StackConfig:
    """The merged config of one stack. A value of None in `overrides` takes the stack's key away.

    Raises `pulumi.RunError` when a file is missing or a declared key has no value or the wrong type.
    """
    project_file, stack_file = root / "Pulumi.yaml", root / f"Pulumi.{stack}.yaml"
    if not project_file.is_file():
        raise RunError(f"no Pulumi.yaml in {root}")
    if not stack_file.is_file():
        there = ", ".join(stacks(root)) or "none"
        raise RunError(f"no stack named '{stack}': Pulumi.{stack}.yaml is missing. Stacks there are: {there}")
    document = _read(project_file)
    project = str(document["name"])
    values: dict[str, Any] = {}
    for key, value in {**(_read(stack_file).get("config") or {}), **(overrides or {})}.items():
        values[namespaced(str(key), project)] = value
    values = {key: value for key, value in values.items() if value is not None}
    _apply_declarations(document.get("config") or {}, values, project, stack)
    secret_keys = frozenset(key for key, value in values.items() if _holds_secret(value))
    plain = {key: _conceal(value) for key, value in values.items()}
    return StackConfig(project=project, values=encode(plain, project), secret_keys=secret_keys)


def stacks(root: Path) -> list[str]:
    """Names of the stacks that have a file in `root`."""
    return sorted(path.name.removeprefix("Pulumi.").removesuffix(".yaml") for path in root.glob("Pulumi.*.yaml"))


def _read(path: Path) -> dict[str, Any]:
    try:
        document = _parse(path.read_text(encoding="utf-8"))
        json.dumps(document)  # YAML can also say what no config can hold: bytes, sets, maps that hold themselves
    except (yaml.YAMLError, AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
        raise RunError(f"{path.name} is not valid YAML: {error}") from None
    if not isinstance(document, dict) or not isinstance(document.get("config") or {}, dict):
        raise RunError(f"{path.name} must be a mapping, and so must its config")
    return document


@cache
def _parse(text: str) -> Any:
    """What a file holds; the same object for the same text, so nobody may change it."""
    return _Loader(text).get_single_data()


def _apply_declarations(declared: Mapping[str, Any], values: dict[str, Any], project: str, stack: str) -> None:
    """Fills `values` with Pulumi.yaml's defaults. A default counts only when the whole key is absent."""
    missing: list[str] = []
    for short, declaration in declared.items():
        key = namespaced(short, project)
        typed = isinstance(declaration, dict) and declaration.keys() <= _DECLARATION_KEYS
        if key not in values:
            default = declaration.get("default", declaration.get("value")) if typed else declaration
            if default is not None:
                values[key] = default
            elif key.startswith(f"{project}:"):
                missing.append(f"'{short}'")
        if typed and key in values:
            _check_type(stack, key, declaration.get("type"), values[key])
    if missing:
        plural = "s" if len(missing) > 1 else ""
        raise RunError(f"Stack '{stack}' is missing configuration value{plural} {', '.join(missing)}")


def _check_type(stack: str, key: str, type_: str | None, value: Json) -> None:
    """As the CLI: only the outermost type is checked, and numbers and booleans may be written as strings."""
    text = value if isinstance(value, str) else json.dumps(value)
    scalar = not isinstance(value, (dict, list))
    fits = {
        "string": scalar,
        "integer": scalar and re.fullmatch(r"[-+]?[0-9]+", text) is not None,
        "boolean": scalar and text in ("true", "false"),
        "array": isinstance(value, list),
        "object": isinstance(value, dict),
    }
    if not _holds_secret(value) and not fits.get(type_ or "", True):
        raise RunError(f"Stack '{stack}' with configuration key '{key}' must be of type '{type_}'")


def _holds_secret(value: Json) -> bool:
    if isinstance(value, dict):
        return value.keys() == {"secure"} or any(map(_holds_secret, value.values()))
    return isinstance(value, list) and any(map(_holds_secret, value))


def _conceal(value: Json) -> Json:
    """Encrypted values cannot be read offline; a placeholder stands for each."""
    if isinstance(value, dict):
        if value.keys() == {"secure"}:
            return _CONCEALED
        return {key: _conceal(item) for key, item in value.items()}
    return [_conceal(item) for item in value] if isinstance(value, list) else value


def secret_names(keys: Collection[str], project: str) -> list[str]:
    """The namespaced form of the keys whose values are secrets."""
    return sorted(namespaced(key, project) for key in keys)
