"""The pattern language of Application Load Balancer path and host conditions.

`*` stands for zero or more characters (slashes too), `?` for exactly one, everything else for itself
(Elastic Load Balancing API reference, PathPatternConditionConfig and HostHeaderConditionConfig).
Comparison is case-sensitive, as it is for paths; lower-case host names before they come here.
"""

from collections.abc import Iterator
from functools import cache

WILDCARDS = "*?"

# A character that no pattern may hold: stands for all those that neither of two patterns names.
_ANY_OTHER = "\0"


def _skip_stars(pattern: str, positions: frozenset[int]) -> frozenset[int]:
    """Add the positions reachable without reading a character: a `*` may stand for nothing."""
    reached = set(positions)
    for start in positions:
        stars = len(pattern) - start - len(pattern[start:].lstrip("*"))
        reached.update(range(start, start + stars + 1))
    # A star accepts whatever the positions before it would: without them the number of states stays small.
    last_star = max((position for position in reached if pattern[position : position + 1] == "*"), default=0)
    return frozenset(position for position in reached if position >= last_star)


def _read(pattern: str, positions: frozenset[int], character: str) -> frozenset[int]:
    after = {
        position if pattern[position] == "*" else position + 1
        for position in positions
        if position < len(pattern) and pattern[position] in (character, *WILDCARDS)
    }
    return _skip_stars(pattern, frozenset(after))


def _apart(a: str, b: str) -> bool:
    """Whether the texts before the first wildcards differ already: spares the search for most pairs of patterns."""
    for in_a, in_b in zip(a, b, strict=False):
        if in_a in WILDCARDS or in_b in WILDCARDS:
            return False
        if in_a != in_b:
            return True
    return False


@cache
def covers(general: str, specific: str) -> bool:
    """Whether `general` matches everything that `specific` matches; equal patterns cover each other."""
    if _apart(general, specific):
        return False
    # Reads every text in both patterns at once and looks for one that only `specific` accepts.
    alphabet = {*general, *specific, _ANY_OTHER} - set(WILDCARDS)
    start = (_skip_stars(specific, frozenset({0})), _skip_stars(general, frozenset({0})))
    seen, todo = {start}, [start]
    while todo:
        in_specific, in_general = todo.pop()
        if len(specific) in in_specific and len(general) not in in_general:
            return False
        for character in alphabet:
            state = (_read(specific, in_specific, character), _read(general, in_general, character))
            if state[0] and state not in seen:
                seen.add(state)
                todo.append(state)
    return True


@cache
def overlaps(a: str, b: str) -> bool:
    """Whether some text matches both patterns."""
    if _apart(a, b):
        return False
    seen, todo = set[tuple[int, int]](), [(0, 0)]
    while todo:
        at = todo.pop()
        if at == (len(a), len(b)):
            return True
        if at not in seen:
            seen.add(at)
            todo += _steps(a, b, *at)
    return False


def _steps(a: str, b: str, i: int, j: int) -> Iterator[tuple[int, int]]:
    """Where one more character that both accept, or a `*` that stands for nothing, leads from i and j."""
    in_a, in_b = a[i : i + 1], b[j : j + 1]
    if in_a == "*" or (in_b == "*" and in_a):
        yield i + 1, j
    if in_b == "*" or (in_a == "*" and in_b):
        yield i, j + 1
    if in_a and in_b and (in_a == in_b or "?" in (in_a, in_b)):
        yield i + 1, j + 1
