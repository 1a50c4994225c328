"""The one error in which a configuration that cannot be deployed ends."""

from collections.abc import Sequence

import pulumi

from problems import Problem


class SettingsError(pulumi.RunError):
    """The configuration cannot be deployed; the text lists every problem, by key."""

    def __init__(self, problems: Sequence[Problem], stack: str = "") -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.key, problem.value, problem.rule)))
        where = f"the configuration of stack {stack}" if stack else "the configuration"
        count = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        super().__init__("\n".join([f"{count} in {where}:", *map(str, self.problems)]))
