"""The report of `make live` has a row for each promise, with its figures."""

from tests.live.report import LIMITS, Result, is_figure, page, table
from tests.support.program import ROOT


def test_a_row_has_the_promise_its_result_and_what_was_measured() -> None:
    result = Result(
        name="test_people_go_on_soon[valkey]", outcome="passed", seconds=12.4, figures=(("seconds until", 3.5),)
    )
    assert table([result])[2:] == ["| People go on soon (valkey) | passed | 12 | seconds until: 3.5 |"]


def test_a_bar_in_a_promise_divides_no_row() -> None:
    (row,) = table([Result(name="test_nobody[a|b]", outcome="passed", seconds=1)])[2:]
    assert row == "| Nobody (a\\|b) | passed | 1 |  |"


def test_the_page_says_what_ran_and_links_to_what_differs() -> None:
    text = page([], stack="prod", gateway="the stand-in", packages=["open-webui 0.12.4"], load=1.0)
    assert "stack `prod`" in text
    assert "Packages: open-webui 0.12.4. Gateway: the stand-in." in text
    assert "(try.md)" in text


def test_the_page_that_is_there_ends_as_the_next_one_will() -> None:
    assert (ROOT / "docs/runs.md").read_text().endswith(LIMITS)


def test_what_ran_long_stays_until_it_runs_again() -> None:
    def long(name: str) -> Result:
        return Result(name=name, outcome="passed", seconds=1, is_long=True)

    def after(*results: Result, before: str) -> str:
        return page(results, stack="dev", gateway="", packages=[], load=1.0, before=before)

    first = after(long("test_first"), before="")
    assert "| First | passed" in after(before=after(before=first))
    assert "| First | passed" not in after(long("test_second"), before=first)


def test_only_phrases_are_figures() -> None:
    assert is_figure("seconds until")
    assert not is_figure("timestamp")
