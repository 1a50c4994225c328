"""Reads Pulumi.yaml and Pulumi.<stack>.yaml and merges them as the CLI does, without the Pulumi SDK."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from problems.command import CommandError

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

    Raises CommandError when a file is missing or a declared key has no value or the wrong type.
    """
    project_file, stack_file = root / "Pulumi.yaml", root / f"Pulumi.{stack}.yaml"
    if not project_file.is_file():
        raise CommandError(f"no Pulumi.yaml in {root}")
    if not stack_file.is_file():
        others = ", ".join(stacks(root)) or "none"
        raise CommandError(f"no stack named '{stack}': Pulumi.{stack}.yaml is missing. Stacks there are: {others}")
    document, own = read(project_file), read(stack_file)
    if "name" not in document:
        raise CommandError(f"{project_file} has no name: the project's, which its config keys begin with")
    project = str(document["name"])
    values = merged(document, {**own, "config": {**(own.get("config") or {}), **(overrides or {})}})
    _check_declarations(document.get("config") or {}, values, project, stack)
    secret_keys = frozenset(key for key, value in values.items() if _holds_secret(value))
    plain = {key: _conceal(value) for key, value in values.items()}
    return StackConfig(project=project, values=encode(plain, project), secret_keys=secret_keys)


def stacks(root: Path) -> list[str]:
    """Names of the stacks that have a file in `root`."""
    return sorted(path.name.removeprefix("Pulumi.").removesuffix(".yaml") for path in root.glob("Pulumi.*.yaml"))


def read(path: Path) -> Mapping[str, Any]:
    """What one of the files holds, which may be nothing. Raises CommandError when it is not a mapping in YAML."""
    try:
        document = _parse(path.read_text(encoding="utf-8"))
        document = {} if document is None else document
        json.dumps(document)  # YAML can also say what no config can hold: bytes, sets, maps that hold themselves
    except (yaml.YAMLError, AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
        raise CommandError(f"{path.name} is not valid YAML: {error}") from None
    if not isinstance(document, dict) or not isinstance(document.get("config") or {}, dict):
        raise CommandError(f"{path.name} must be a mapping, and so must its config")
    return document


def merged(project_file: Mapping[str, Any], stack_file: Mapping[str, Any]) -> dict[str, Any]:
    """The values by namespaced key: the stack's own, and Pulumi.yaml's for whole keys that the stack has not."""
    project = str(project_file.get("name", ""))
    own = {namespaced(str(key), project): value for key, value in (stack_file.get("config") or {}).items()}
    values = {key: value for key, value in own.items() if value is not None}
    for short, declaration in (project_file.get("config") or {}).items():
        default = declaration
        if _is_typed(declaration):
            default = declaration.get("default", declaration.get("value"))
        if default is not None:
            values.setdefault(namespaced(short, project), default)
    return values


@cache
def _parse(text: str) -> Any:
    """What a file holds; the same object for the same text, so nobody may change it."""
    return _Loader(text).get_single_data()


def _is_typed(declaration: Any) -> bool:
    """Whether an entry of Pulumi.yaml's config describes a value rather than being one."""
    return isinstance(declaration, dict) and declaration.keys() <= _DECLARATION_KEYS


def _check_declarations(declared: Mapping[str, Any], values: Mapping[str, Any], project: str, stack: str) -> None:
    missing: list[str] = []
    for short, declaration in declared.items():
        key = namespaced(short, project)
        if key not in values:
            missing += [f"'{short}'"] if key.startswith(f"{project}:") else []
        elif _is_typed(declaration):
            _check_type(stack, key, declaration.get("type"), values[key])
    if missing:
        plural = "s" if len(missing) > 1 else ""
        raise CommandError(f"Stack '{stack}' is missing configuration value{plural} {', '.join(missing)}")


def _check_type(stack: str, key: str, type_: str | None, value: Any) -> None:
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
        raise CommandError(f"Stack '{stack}' with configuration key '{key}' must be of type '{type_}'")


def _holds_secret(value: Any) -> bool:
    if isinstance(value, dict):
        return value.keys() == {"secure"} or any(map(_holds_secret, value.values()))
    return isinstance(value, list) and any(map(_holds_secret, value))


def _conceal(value: Any) -> Any:
    """Encrypted values cannot be read offline; a placeholder stands for each."""
    if isinstance(value, dict):
        if value.keys() == {"secure"}:
            return _CONCEALED
        return {key: _conceal(item) for key, item in value.items()}
    return [_conceal(item) for item in value] if isinstance(value, list) else value


def secret_names(keys: Collection[str], project: str) -> list[str]:
    """The namespaced form of the keys whose values are secrets."""
    return sorted(namespaced(key, project) for key in keys)
