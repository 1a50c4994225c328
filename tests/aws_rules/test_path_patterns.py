"""The pattern algebra agrees with matching every short text there is."""

import functools
import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aws_rules.path_patterns import covers, overlaps

# Two letters that patterns use and one that they do not, long enough to tell four-character patterns apart.
TEXTS = ["".join(letters) for length in range(7) for letters in itertools.product("abz", repeat=length)]
PATTERNS = st.text(alphabet="ab*?", max_size=4)


@functools.cache
def language(pattern: str) -> frozenset[str]:
    expression = re.compile(pattern.replace("*", "[abz]*").replace("?", "[abz]"))
    return frozenset(text for text in TEXTS if expression.fullmatch(text))


@settings(max_examples=100, deadline=None, database=None)
@given(PATTERNS, PATTERNS)
def test_covering_is_inclusion_of_all_matches(general: str, specific: str) -> None:
    assert covers(general, specific) == (language(specific) <= language(general))


@settings(max_examples=100, deadline=None, database=None)
@given(PATTERNS, PATTERNS)
def test_overlapping_is_having_a_match_in_common(a: str, b: str) -> None:
    assert overlaps(a, b) == bool(language(a) & language(b))


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("/api/*", "/api/v1/models", True),
        ("/api/*", "/api", False),
        ("/Reports", "/reports", False),
        ("/a.b", "/axb", False),
        ("/a$+", "/a$+", True),
        ("/v?", "/v", False),
        ("/v?", "/v1", True),
        ("*", "", True),
        ("/a*", "/a\nb", True),
    ],
)
def test_a_path_without_wildcards_is_compared_as_a_load_balancer_does(pattern: str, text: str, expected: bool) -> None:
    assert covers(pattern, text) is overlaps(pattern, text) is expected


def test_a_star_reaches_across_slashes() -> None:
    assert covers("/api/*", "/api/v1/*/edit")
    assert not covers("/api/*", "/api")


def test_two_spellings_of_one_language_cover_each_other() -> None:
    assert covers("/?*", "/*?")
    assert covers("/*?", "/?*")


def test_the_longest_patterns_a_rule_takes_are_compared_at_once() -> None:
    left = "/" + "*".join("ab" * 12 for _ in range(5))
    right = "/" + "*".join("ba" * 12 for _ in range(5))
    assert not covers(left, right)
    assert not overlaps(left, right)
