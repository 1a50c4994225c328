"""YAML as the Pulumi CLI reads it, which is Go's yaml.v3: what its numbers, keys and merges come to.

What that reader makes of a date, of `012` or of `1_000` is never what was meant, so those are refused.
"""

import base64
import math
import re
from typing import Any, Final, NoReturn

import yaml

_PREFIX: Final = "tag:yaml.org,2002:"
_DATE: Final = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?:[Tt ]+\d{1,2}:\d{1,2}:\d{1,2}.*)?")
_INTEGER: Final = r"[-+]?(?:0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|[0-9][0-9_]*)"
_FLOAT: Final = r"[-+]?(?:\.[0-9_]+|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?"
_LARGEST: Final = 1e21
"""From here on Go writes a float of JSON with an exponent."""


def first_document(text: str) -> Any:
    """The values of the first document, which is all that the CLI reads; None when it is empty. Raises YAMLError."""
    loader = _Loader(text)
    node = loader.get_node() if loader.check_node() else None
    return None if node is None else loader.construct_document(node)


class _Loader(yaml.SafeLoader):
    """YAML 1.2 words (`on` and `no` are none), Go's numbers, and merge keys."""

    def scan_to_next_token(self) -> None:
        """A tab may separate, though it may not indent."""
        super().scan_to_next_token()
        while self.peek() == "\t" and (self.flow_level or not self.allow_simple_key):
            self.forward()
            super().scan_to_next_token()

    def compose_mapping_node(self, anchor: dict[Any, yaml.Node]) -> yaml.MappingNode:
        """Refuse a key that stands twice."""
        node = super().compose_mapping_node(anchor)
        first: dict[tuple[str, str], yaml.Node] = {}
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                earlier = first.setdefault((key.tag, key.value), key)
                if earlier is not key:
                    _refuse(key, f"the key `{key.value}` is there already, in line {earlier.start_mark.line + 1}")
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Keys are text."""
        return {_key(key): value for key, value in super().construct_mapping(node, deep).items()}


def _refuse(node: yaml.Node, problem: str) -> NoReturn:
    raise yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark)


def _key(value: Any) -> str:
    return "<nil>" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _number(_: _Loader, node: yaml.ScalarNode) -> int | float:
    """An integer where Go's JSON writes one: `1e3` and `4.0` too."""
    text = str(node.value)
    if "_" in text or re.fullmatch(r"[-+]?0[0-9]+", text):
        _refuse(node, "put the number in quotes: the Pulumi CLI would read another one")
    if re.fullmatch(_INTEGER, text):
        number: float = int(text, 0)
        return number if abs(number) < 2**64 else int(float(number))
    number = float(text) if re.fullmatch(_FLOAT, text) else math.inf
    if not math.isfinite(number):
        _refuse(node, "this is no number that a configuration can hold")
    return int(number) if number == int(number) and abs(number) < _LARGEST else number


def _date(_: _Loader, node: yaml.ScalarNode) -> NoReturn:
    _refuse(node, "put the date in quotes: the Pulumi CLI would make a time of day of it")


def _binary(_: _Loader, node: yaml.ScalarNode) -> str:
    return base64.b64decode(node.value).decode()


def _set(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    return loader.construct_mapping(node, deep=True)


def _own_tag(loader: _Loader, _: str, node: yaml.Node) -> Any:
    """A tag that the reader does not know means nothing."""
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    return loader.construct_sequence(node, deep=True) if isinstance(node, yaml.SequenceNode) else node.value


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("timestamp", _DATE.pattern, "0123456789"),
    ("int", rf"{_INTEGER}", "-+0123456789"),
    ("float", rf"{_FLOAT}|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)", "-+.0123456789"),
    ("null", r"~|null|Null|NULL|", "~nN\0"),
    ("merge", "<<", "<"),
):
    _Loader.add_implicit_resolver(f"{_PREFIX}{_tag}", re.compile(f"^(?:{_pattern})$"), [*_first, ""])
for _tag, _constructor in (
    ("int", _number),
    ("float", _number),
    ("timestamp", _date),
    ("binary", _binary),
    ("set", _set),
):
    _Loader.add_constructor(f"{_PREFIX}{_tag}", _constructor)
_Loader.add_multi_constructor("!", _own_tag)
