"""Sentences are short, so that whoever learned English late reads them once."""

from pathlib import Path

import pytest

from tests.support import pages

MOST_WORDS = 28


@pytest.mark.parametrize("page", pages.PAGES, ids=pages.name)
def test_a_sentence_has_few_words(page: Path) -> None:
    assert [told for told in pages.sentences(page.read_text()) if len(told.split()) > MOST_WORDS] == []
