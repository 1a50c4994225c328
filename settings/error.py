"""The one error in which a configuration that cannot be deployed ends."""

from collections.abc import Sequence

import pulumi

from problems import Problem
from problems.telling import StackFile, told


class SettingsError(pulumi.RunError):
    """The configuration cannot be deployed; the text lists every problem, by key, with `file` where each is mended."""

    def __init__(self, problems: Sequence[Problem], file: StackFile | None = None) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.key, problem.value, problem.rule)))
        where = f"the configuration of stack {file.stack}" if file else "the configuration"
        count = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        lines = [told(problem, file) if file else str(problem) for problem in self.problems]
        super().__init__("\n".join([f"{count} in {where}:", *lines]))
