"""The one error in which a configuration that cannot be deployed ends."""

from collections.abc import Sequence

import pulumi

from problems import Problem
from problems.telling import StackFileLines, told


class SettingsError(pulumi.RunError):
    """The configuration cannot be deployed; the text lists every problem, by key, with `file` where each is mended."""

    def __init__(self, problems: Sequence[Problem], file: StackFileLines | None = None) -> None:
        self.problems = tuple(sorted(problems, key=_in_order))
        where = f"the configuration of stack {file.stack}" if file else "the configuration"
        count = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        lines = [told(problem, file) if file else str(problem) for problem in self.problems]
        super().__init__("\n".join([f"{count} in {where}:", *lines]))


def _in_order(problem: Problem) -> tuple[object, ...]:
    """By key; the items of a list from its last to its first, so that who removes one after the other removes those."""
    path = [("", -segment) if isinstance(segment, int) else (segment, 0) for segment in problem.path]
    return path, problem.value, problem.rule
