"""The engine does with each change of one key what judged.yaml says, which the plan foretells in turn."""

import os
from collections.abc import Callable

import pytest

from tests.engine.changes import names
from tests.engine.judgement import judge, judged, without_words, write
from tests.engine.machinery import Machinery
from tests.engine.stage import Stage

pytestmark = pytest.mark.engine


@pytest.mark.parametrize("name", [pytest.param(name, id=f"{base}-{name}") for name, base in names().items()])
def test_the_engine_does_what_was_judged(machinery: Machinery, fork: Callable[[str], Stage], name: str) -> None:
    change = machinery.changes()[name]
    stage = fork(change.base)
    stage.configure(change.before)
    for _ in range(change.ups):
        before = stage.up()
        assert before.ok, before.text
    stage.configure(change.after)
    judgement = judge(stage.up())
    if os.environ.get("JUDGE") == "1":
        write(name, judgement)
    assert without_words(judgement) == without_words(judged()[name])
