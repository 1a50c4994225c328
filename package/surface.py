"""What other languages see of the components, in short: `make components` writes it to components.yaml.

The file is the promise to them; a test compares it with the code, so that no change of it is an accident.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from package.provider import ProjectComponents
from problems.command import command, leave

FILE = Path(__file__).with_name("components.yaml")
HEADER = "# Written by `make components`: inputs and outputs as other languages see them. `?`: may be left out.\n"
Members = dict[str, str]


def surface() -> dict[str, dict[str, Members]]:
    """Give inputs and outputs of every component, and the fields of every type that they use."""
    schema = ProjectComponents().package
    components = {
        _class(token): {
            "inputs": _members(definition.get("inputProperties", {}), definition.get("requiredInputs", [])),
            "outputs": {name: _bare_type(output) for name, output in definition.get("properties", {}).items()},
        }
        for token, definition in schema["resources"].items()
    }
    types = {
        _class(token): {"fields": _members(definition.get("properties", {}), definition.get("required", []))}
        for token, definition in schema["types"].items()
    }
    return components | types


def _members(properties: Mapping[str, Any], required: list[str]) -> Members:
    return {name: _type(definition) + ("" if name in required else "?") for name, definition in properties.items()}


def _type(definition: Mapping[str, Any]) -> str:
    """`Input<string>` may come from another resource; without `Input` the value must be known."""
    name = _bare_type(definition)
    return name if definition.get("plain") else f"Input<{name}>"


def _bare_type(definition: Mapping[str, Any]) -> str:
    if definition.get("type") == "array":
        return f"{_bare_type(definition['items'])}[]"
    if definition.get("type") == "object":
        return f"Map<{_type(definition['additionalProperties'])}>"
    return str(definition.get("type") or _class(definition["$ref"]))


def _class(token: str) -> str:
    return token.rpartition(":")[2].rpartition("/")[2]


@command()
def main() -> int:
    """Write the file."""
    FILE.write_text(HEADER + yaml.safe_dump(surface(), sort_keys=True, width=120), encoding="utf-8")
    return 0


if __name__ == "__main__":
    leave(main())
