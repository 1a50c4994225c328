"""Values that are handed on only once other things stand."""

from typing import Any, TypeVar, cast

import pulumi

T = TypeVar("T")


def once(value: pulumi.Output[T], *waits: pulumi.Input[Any]) -> pulumi.Output[T]:
    """`value`, known once every one of `waits` is: what takes it comes after them, and on destroy goes before them."""
    return pulumi.Output.all(value, *waits).apply(lambda resolved: cast("T", resolved[0]))
