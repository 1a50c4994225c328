"""Reads Pulumi.yaml and Pulumi.<stack>.yaml and merges them as the CLI does, without the Pulumi SDK."""

import difflib
import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import yaml

from offline.cli_yaml import first_document
from problems.command import CommandError

_CONCEALED: Final = "[secret]"
_STACK_FILE_KEYS: Final = frozenset({"config", "environment", "secretsprovider", "encryptedkey", "encryptionsalt"})
_DECLARATION_KEYS: Final = frozenset({"type", "items", "description", "secret", "default", "value"})


@dataclass(frozen=True, kw_only=True)
class StackConfig:
    """A stack's config as the host passes it: namespaced keys, strings, JSON for anything structured."""

    project: str
    values: dict[str, str]
    secret_keys: frozenset[str]
    mistyped: tuple[str, ...] = ()
    """What the CLI says of values that are not of the type that Pulumi.yaml declares: it runs no such stack."""
    doubts: tuple[str, ...] = ()
    """What nothing reads, in words for a warning."""


def namespaced(key: str, project: str) -> str:
    """A key without a namespace belongs to the project's. Raises CommandError for what is no key."""
    match key.split(":"):
        case [name]:
            return f"{project}:{name}"
        case [namespace, name] | [namespace, "config", name] if namespace and name:
            return f"{namespace}:{name}"
    raise CommandError(f"'{key}' is no configuration key: one is `<namespace>:<name>`, or a name of this project")


def short_name(stack: str) -> str:
    """A stack of Pulumi Cloud may be given as `organization/stack` or `organization/project/stack`."""
    return stack.rpartition("/")[2]


def encode(values: Mapping[str, object], project: str) -> dict[str, str]:
    """Config values as the host passes them to the program: strings, and JSON with sorted keys for everything else."""
    texts = {
        key: value if isinstance(value, str) else json.dumps(value, sort_keys=True) for key, value in values.items()
    }
    return {namespaced(key, project): text for key, text in texts.items()}


def load(root: Path, stack: str, overrides: Mapping[str, object] | None = None) -> StackConfig:
    """The merged config of one stack. A value of None in `overrides` takes the stack's key away.

    Raises CommandError when a file is missing or a declared key has no value.
    """
    stack = short_name(stack)
    project_file, stack_file = root / "Pulumi.yaml", root / f"Pulumi.{stack}.yaml"
    if not project_file.is_file():
        raise CommandError(f"no Pulumi.yaml in {root}")
    if not stack_file.is_file():
        others = ", ".join(stacks(root)) or "none"
        raise CommandError(f"no stack named '{stack}': Pulumi.{stack}.yaml is missing. Stacks there are: {others}")
    document, own = read(project_file), read(stack_file)
    project = project_name(root)
    config = {**_own(own, project), **{namespaced(k, project): v for k, v in (overrides or {}).items()}}
    removed = {namespaced(key, project) for key, value in (overrides or {}).items() if value is None}
    values = merged(document, {"config": {key: value for key, value in config.items() if key not in removed}})
    mistyped = _check_declarations(document.get("config") or {}, values, project, stack)
    secret_keys = frozenset(key for key, value in values.items() if _holds_secret(value))
    plain = {key: _conceal(value) for key, value in values.items()}
    return StackConfig(
        project=project,
        values=encode(plain, project),
        secret_keys=secret_keys,
        mistyped=tuple(mistyped),
        doubts=tuple(doubts(stack_file, own, document)),
    )


def project_name(root: Path) -> str:
    """The project's name, which its config keys begin with. Raises CommandError when Pulumi.yaml has none."""
    document = read(root / "Pulumi.yaml")
    if "name" not in document:
        raise CommandError("Pulumi.yaml has no name: the project's, which its config keys begin with")
    return str(document["name"])


def stacks(root: Path) -> list[str]:
    """Names of the stacks that have a file in `root`."""
    return sorted(path.name.removeprefix("Pulumi.").removesuffix(".yaml") for path in root.glob("Pulumi.*.yaml"))


def read(path: Path) -> Mapping[str, Any]:
    """What one of the files holds, which may be nothing. Raises CommandError when it is not a mapping in YAML."""
    try:
        document = _parse(path.read_text(encoding="utf-8"))
        document = {} if document is None else document
        json.dumps(document)  # A map of YAML can hold itself.
    except (yaml.YAMLError, AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
        raise CommandError(_words(error, path.name)) from None
    config = document.get("config") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not (config is None or isinstance(config, dict)):
        raise CommandError(f"{path.name} must be a mapping, and so must its config")
    return document


def _words(error: Exception, name: str) -> str:
    """What is wrong and where, without the line itself, which may hold a secret."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return f"{name} is not valid YAML: {error}"
    place = f"{name}:{error.problem_mark.line + 1}:{error.problem_mark.column + 1}"
    return f"{place}: not valid YAML: {' '.join(filter(None, (error.context, error.problem)))}"


def doubts(file: Path, document: Mapping[str, Any], project_file: Mapping[str, Any]) -> Iterator[str]:
    """What stands in a stack's file and is read by nobody, or not offline."""
    project = str(project_file.get("name", ""))
    if "environment" in document:
        yield f"{file.name}: what `environment` (Pulumi ESC) adds to the config is not known offline"
    for key in document.keys() - _STACK_FILE_KEYS:
        yield f"{file.name}: nothing reads `{key}`, which stands beside `config`: move what it holds below `config`"
    if re.search(r"(?ms)^[^\s#%-].*^---(?:\s|$)", file.read_text(encoding="utf-8")):
        yield f"{file.name}: nothing reads what follows a second `---`"
    for key in _own(document, project):
        namespace, _, name = key.partition(":")
        if namespace == project or _is_read(namespace):
            continue
        alike = difflib.get_close_matches(namespace.lower().replace("_", "-"), [project.lower()], cutoff=0.75)
        meant = f", did you mean {project}:{name}?" if alike or name in (project_file.get("config") or {}) else ""
        yield f"{file.name}: nothing reads {key}: neither this project nor a provider of it is `{namespace}`{meant}"


def _is_read(namespace: str) -> bool:
    """Whether a provider of that name, or Pulumi itself, is there."""
    return namespace == "pulumi" or find_spec(f"pulumi_{namespace.replace('-', '_')}") is not None


def merged(project_file: Mapping[str, Any], stack_file: Mapping[str, Any]) -> dict[str, Any]:
    """The values by namespaced key: the stack's own, and Pulumi.yaml's for whole keys that the stack has not."""
    project = str(project_file.get("name", ""))
    # A key without a value is an empty text, not the default.
    values = {key: "" if value is None else value for key, value in _own(stack_file, project).items()}
    for short, declaration in (project_file.get("config") or {}).items():
        default = declaration
        if _is_typed(declaration):
            default = declaration.get("default", declaration.get("value"))
        if default is not None:
            values.setdefault(namespaced(short, project), default)
    return values


def _own(stack_file: Mapping[str, Any], project: str) -> dict[str, Any]:
    """The config of a stack's file by namespaced key. Raises CommandError when a key stands in two forms."""
    own: dict[str, Any] = {}
    for key, value in (stack_file.get("config") or {}).items():
        full = namespaced(key, project)
        if full in own:
            raise CommandError(f"the stack's file gives {full} twice, once without the namespace: delete one of them")
        own[full] = value
    return own


@cache
def _parse(text: str) -> Any:
    """What a file holds; the same object for the same text, so nobody may change it."""
    return first_document(text)


def _is_typed(declaration: Any) -> bool:
    """Whether an entry of Pulumi.yaml's config describes a value rather than being one."""
    return isinstance(declaration, dict) and declaration.keys() <= _DECLARATION_KEYS


def _check_declarations(declared: Mapping[str, Any], values: Mapping[str, Any], project: str, stack: str) -> list[str]:
    """What is of another type than declared. Raises CommandError when a value is missing."""
    missing: list[str] = []
    mistyped: list[str] = []
    for short, declaration in declared.items():
        key = namespaced(short, project)
        if key not in values:
            missing += [f"'{short}'"] if key.startswith(f"{project}:") else []
        elif _is_typed(declaration):
            mistyped += _type_problems(stack, key, declaration.get("type"), values[key])
    if missing:
        plural = "s" if len(missing) > 1 else ""
        raise CommandError(f"Stack '{stack}' is missing configuration value{plural} {', '.join(missing)}")
    return mistyped


def _type_problems(stack: str, key: str, type_: str | None, value: Any) -> Iterator[str]:
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
        yield f"Stack '{stack}' with configuration key '{key}' must be of type '{type_}'"


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
