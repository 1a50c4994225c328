"""The provider behind the package: hands each component its own args dataclasses."""

import dataclasses
import importlib
import inspect
import json
import pkgutil
import typing
from collections.abc import Awaitable, Mapping, Sequence
from types import NoneType, UnionType
from typing import Any, Union, cast

import pulumi
from pulumi.provider import Provider
from pulumi.provider.experimental.analyzer import Analyzer, ComponentDefinition, PropertyDefinition
from pulumi.provider.experimental.component import ComponentProvider
from pulumi.provider.experimental.schema import generate_schema

import components

NAME = "webui-bedrock"
"""The package's name: the first part of every component's type token."""

VERSION = "0.1.0"
"""As in CHANGELOG.md; a tag `v<version>` is what `pulumi package add` finds."""


def _component_classes() -> tuple[type[pulumi.ComponentResource], ...]:
    base = pulumi.ComponentResource
    classes = {
        value.__name__: value
        for module in pkgutil.walk_packages(components.__path__, f"{components.__name__}.")
        for value in vars(importlib.import_module(module.name)).values()
        if isinstance(value, type) and issubclass(value, base) and value is not base
    }
    return tuple(classes[name] for name in sorted(classes))


COMPONENTS = _component_classes()
"""Every component class that a module of `components/` defines, by name."""


class _Analyzer(Analyzer):
    """The SDK's reader of annotations, made to know two more: a tuple of any length, and a choice of values."""

    def analyze_property(self, arg: Any, typ: type, name: str, **options: Any) -> PropertyDefinition:
        """A tuple is a list to other languages, and a choice is of the type of its values."""
        if typing.get_origin(arg) is tuple:
            arg = list[typing.get_args(arg)[0]]  # type: ignore[misc]  # of a type that is known at run time only
        elif typing.get_origin(arg) is typing.Literal:
            arg = type(typing.get_args(arg)[0])
        return super().analyze_property(arg, typ, name, **options)


class ProjectComponents(ComponentProvider):
    """The SDK's provider, made to know dataclasses.

    By itself it passes a component its args as a dict, and asks for every field that is not `Optional`, though it
    has a default.
    """

    def __init__(self) -> None:
        self._args_classes = {component.__name__: _args_class(component) for component in COMPONENTS}
        definitions = _Analyzer(NAME).analyze(list(COMPONENTS))
        # What the SDK's own constructor sets, which takes no other analyzer.
        self._name = NAME
        self._components = {component.__name__: component for component in COMPONENTS}
        self._component_defs = definitions["component_definitions"]
        self._type_defs = definitions["type_definitions"]
        self._external_enum_types = definitions["external_enum_types"]
        self._dependencies = sorted(definitions["dependencies"], key=str)
        for name, component in self._component_defs.items():
            _spare_defaults(self._args_classes[name], component.inputs, component.inputs_mapping)
        for kind in self._type_defs.values():
            _spare_defaults(kind.python_type, kind.properties, kind.properties_mapping)
        schema = generate_schema(NAME, VERSION, None, self._component_defs, self._type_defs, self._dependencies)
        self.package: dict[str, Any] = schema.to_json()
        Provider.__init__(self, VERSION, json.dumps(self.package))

    def map_inputs(self, inputs: pulumi.Inputs, component_def: ComponentDefinition) -> pulumi.Inputs:
        """Rename the inputs as the SDK does, then build the component's args of them."""
        named = super().map_inputs(inputs, component_def)
        return cast("pulumi.Inputs", build(self._args_classes[component_def.name], named))


def build(hint: Any, value: Any) -> Any:
    """Give `value` the type that `hint` asks for: mappings become dataclasses, whole floats become integers.

    Outputs stay what they are: where they may stand, the hint is an `Input` of a simple type.
    """
    if value is None or isinstance(value, pulumi.Output):
        return value
    hint = _strip(hint)
    if dataclasses.is_dataclass(hint):
        # `pulumi.Input` spells "Output[T]" as a text, in names of the SDK's own.
        hints = typing.get_type_hints(hint, localns={"Output": pulumi.Output, "T": Any})
        return cast("Any", hint)(**{name: build(hints[name], field_value) for name, field_value in value.items()})
    origin, parameters = typing.get_origin(hint), typing.get_args(hint)
    if origin in {Sequence, list, tuple}:
        items = [build(parameters[0], item) for item in value]
        return tuple(items) if origin is tuple else items
    if origin in {Mapping, dict}:
        return {key: build(parameters[1], item) for key, item in value.items()}
    # Every number arrives as a float.
    return int(value) if hint is int else value


def _strip(hint: Any) -> Any:
    """Take `Optional` and `Input` off a type."""
    if typing.get_origin(hint) not in {Union, UnionType}:
        return hint
    return next(
        part
        for part in typing.get_args(hint)
        if part is not NoneType and typing.get_origin(part) not in {Awaitable, pulumi.Output}
    )


def _args_class(component: type[pulumi.ComponentResource]) -> Any:
    return inspect.signature(component).parameters["args"].annotation


def _spare_defaults(kind: Any, properties: Mapping[str, PropertyDefinition], names: Mapping[str, str]) -> None:
    """Make optional what has a default; `names` gives the field of each property."""
    required = {
        field.name
        for field in dataclasses.fields(kind)
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    }
    for name, definition in properties.items():
        definition.optional = definition.optional or names[name] not in required
