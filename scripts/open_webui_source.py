"""What the Python files of Open WebUI read from the environment and answer; nothing of them is run."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

_VARIABLE: Final = re.compile(r"[A-Z][A-Za-z0-9_]*|[a-z]+_proxy")
_METHODS: Final = {"get", "post", "put", "delete", "patch", "head", "options", "api_route", "websocket"}


def variables(trees: Iterable[ast.Module]) -> set[str]:
    """The environment variables that modules read."""
    return {name for tree in trees for name in _of_module(tree)}


def _of_module(tree: ast.Module) -> Iterator[str]:
    yield from _names(_asked_for(tree))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    readers = set()
    for function in functions:
        asked = {node.id for node in _asked_for(function) if isinstance(node, ast.Name)}
        if asked & {argument.arg for argument in function.args.args}:
            readers.add(function.name)  # `_int_env(name)`: those who call it name the variable
        elif asked:
            # A loop over a table of variables, in utils/security_headers.py.
            tables = (node for node in ast.walk(function) if isinstance(node, ast.Dict))
            yield from (name for table in tables for name in _names(key for key in table.keys if key))
    yield from _names(call.args[0] for name, call in _calls(tree) if name in readers and call.args)


def _asked_for(tree: ast.AST) -> Iterator[ast.expr]:
    """What is passed to os.environ and os.getenv."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and _is_environ(node.value):
            yield node.slice
        elif isinstance(node, ast.Compare) and any(map(_is_environ, node.comparators)):
            yield node.left
    for name, call in _calls(tree):
        on_environ = isinstance(call.func, ast.Attribute) and _is_environ(call.func.value)
        if call.args and (name == "getenv" or on_environ):
            yield call.args[0]


def _is_environ(node: ast.expr) -> bool:
    return ast.unparse(node) in {"os.environ", "environ"}


def _calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Each call with the last part of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func).rpartition(".")[2], node


def _names(nodes: Iterable[ast.expr]) -> Iterator[str]:
    return (text for node in nodes if _VARIABLE.fullmatch(text := _text(node)))


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def routes(trees: Mapping[str, ast.Module]) -> Iterator[str]:
    """The paths that FastAPI gets, by module (`main`, `routers.chats`), as they are written: `/api/chats/{id}`."""
    main = trees["main"]
    yield from _decorated(main, "app")
    for name, call in _calls(main):
        if name == "mount" and call.args and (place := _text(call.args[0])) != "/":
            yield f"{place}/"
        elif name == "include_router":
            module = f"routers.{ast.unparse(call.args[0]).removesuffix('.router')}"
            prefix = next((_text(keyword.value) for keyword in call.keywords if keyword.arg == "prefix"), "")
            # A router may be a package.
            parts = [tree for name, tree in trees.items() if name == module or name.startswith(f"{module}.")]
            yield from (prefix + path for tree in parts for path in _decorated(tree, "router"))


def _decorated(tree: ast.Module, owner: str) -> Iterator[str]:
    for node in ast.walk(tree):
        for call in getattr(node, "decorator_list", ()):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.args):
                continue
            if call.func.attr in _METHODS and ast.unparse(call.func.value) == owner:
                yield _text(call.args[0])
