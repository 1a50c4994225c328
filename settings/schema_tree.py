"""The settings models as a tree: which keys exist below a path, with their defaults and examples."""

from collections.abc import Iterator
from typing import Any, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from problems import Path, Scalar
from settings.stack import StackSettings
from settings.types import Check, Section

EACH = "*"
"""Stands in a path for the name of any entry of a map that people fill, such as `services`."""


def fields_of(annotation: Any) -> dict[str, FieldInfo]:
    """The keys that a map of this type may have, by their name in the configuration."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return {field.alias or name: field for name, field in annotation.model_fields.items()}
    if get_origin(annotation) in {dict, tuple}:
        return {}
    return {key: field for part in get_args(annotation) for key, field in fields_of(part).items()}


def annotation_at(path: Path) -> Any:
    """The type of the value at `path`, or None if there is no such setting."""
    annotation: Any = StackSettings
    for segment in path:
        container = _container(annotation)
        if get_origin(container) is dict and isinstance(segment, str):
            annotation = get_args(container)[1]
        elif get_origin(container) is tuple and isinstance(segment, int):
            annotation = get_args(container)[0]
        else:
            field = fields_of(annotation).get(str(segment))
            if field is None:
                return None
            annotation = field.annotation
    return annotation


def field_at(path: Path) -> FieldInfo | None:
    """The setting at `path`; None for an entry of a list or of a map that people fill."""
    return fields_of(annotation_at(path[:-1])).get(str(path[-1])) if path else None


def suggestion(path: Path) -> Scalar | None:
    """A value that would be accepted at `path`: the default, else the example of its check."""
    field = field_at(path)
    if field is None:
        return _example(annotation_at(path))
    if field.default is not PydanticUndefined and isinstance(field.default, str | int | float):
        return field.default
    return next((check.example for check in field.metadata if isinstance(check, Check)), None) or _example(
        field.annotation
    )


def every_path(annotation: Any = StackSettings, above: Path = ()) -> Iterator[Path]:
    """All paths at which there is a setting, sections included, with `EACH` for names that people choose."""
    container = _container(annotation)
    if get_origin(container) is dict:
        yield from every_path(get_args(container)[1], (*above, EACH))
        return
    for key, field in fields_of(annotation).items():
        yield (*above, key)
        yield from every_path(field.annotation, (*above, key))


def _container(annotation: Any) -> Any:
    """The dict or tuple type within an optional or annotated type, else the type itself."""
    if get_origin(annotation) in {dict, tuple} or isinstance(annotation, type):
        return annotation
    parts = (_container(part) for part in get_args(annotation))
    return next((part for part in parts if get_origin(part) in {dict, tuple}), annotation)


def _example(annotation: Any) -> Scalar | None:
    if annotation is bool:
        return True
    if isinstance(annotation, Check):
        return annotation.example
    if get_origin(annotation) in {dict, tuple}:
        return None
    examples = (_example(part) for part in (*getattr(annotation, "__metadata__", ()), *get_args(annotation)))
    return next((example for example in examples if example is not None), None)
