"""A report fits what GitHub shows of it."""

from scripts.ci_report import LONGEST, RunReport


def report(output: str) -> str:
    return RunReport("Plan", "dev", ["make"], output, 0).markdown


def test_output_cannot_end_its_code_block() -> None:
    assert "\n`````text\n````\n[a link](x)\n`````\n" in report("````\n[a link](x)")


def test_output_longer_than_a_comment_may_be_is_cut_at_its_start() -> None:
    text = report("first\n" + "x" * LONGEST)
    assert len(text) < 65_536
    assert "first" not in text
    assert "the run's log has all" in text
