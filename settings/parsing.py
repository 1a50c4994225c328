"""Raw configuration to `StackSettings`, or to one error that holds every problem."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from problems import Path, Problem, Remove, Set
from problems.aws_region import region_problem
from problems.redaction import shown
from problems.telling import StackFileLines
from settings.error import SettingsError
from settings.pruning import Pruned, touches, value_at
from settings.pydantic_errors import path_of, worded
from settings.raw_values import plain_copy, unusable
from settings.rules import RULES, WARNINGS, regions
from settings.stack import StackSettings
from settings.unknown_keys import unknown_key

_ABSENT = object()


def parse(
    raw: Mapping[str, Any],
    *,
    secret_keys: Collection[str] = (),
    file: StackFileLines | None = None,
    region: str | None = None,
) -> StackSettings:
    """The settings that `raw` says: top-level key to value, as decoded from JSON.

    `secret_keys` are the top-level keys that the CLI marks as secret; `file` is the stack's, for the error;
    `region` is the AWS region, if known: ARNs must lie in it. Raises SettingsError, and nothing else, with every
    problem: of single values and of rules between values, apart from rules that rest on a refused value.
    """
    data = plain_copy(raw)
    reading = _Reading(data, secret_keys)
    settings = reading.validate()
    verdicts = [problem for rule in RULES for problem in rule(settings)]
    unknown = region_problem(region) if region else None
    if unknown is not None:
        reading.problems.append(unknown)
    elif region:
        verdicts += regions.verdicts(settings, region)
    reading.judge(settings, verdicts)
    if reading.problems:
        raise SettingsError(reading.problems, file)
    return settings


def warnings(settings: StackSettings, *, region: str | None = None) -> list[Problem]:
    """What is allowed and deserves a second look, by key; `region` is the AWS region, if known."""
    data = settings.in_effect()
    found = [doubt for warn in WARNINGS for doubt in warn(settings)]
    found += regions.doubts(settings, region) if region else ()
    return sorted((_with_value(doubt, data, data) for doubt in found), key=lambda doubt: doubt.key)


class _Reading:
    """One pass over a configuration: collects problems and leaves out the values that caused them."""

    def __init__(self, data: dict[str, Any], secret_keys: Collection[str]) -> None:
        self._data = data
        self.problems: list[Problem] = []
        self._refused: set[Path] = set()
        self._meant: set[Path] = set()
        for problem in unusable(data, secret_keys):
            self.problems.append(problem)
            self._refused.add(problem.path)

    def validate(self) -> StackSettings:
        """The settings without all that was refused."""
        while True:
            self._pruned = Pruned(self._data, self._refused)
            try:
                return StackSettings.model_validate_json(json.dumps(self._pruned.data), strict=True)
            except ValidationError as error:
                self._collect(error.errors(include_url=False))

    def judge(self, settings: StackSettings, verdicts: Iterable[Problem]) -> None:
        """Adds what the rules refuse, unless it rests on a value that was refused or that a misspelt key meant."""
        doubtful = self._refused | self._meant
        defaults: dict[str, Any] | None = None
        for verdict in verdicts:
            problem = verdict.relocated(self._pruned.original)
            if not any(touches(path, doubtful) for path in (problem.path, *problem.also)):
                defaults = defaults or settings.in_effect()
                self.problems.append(_with_value(problem, self._data, defaults))

    def _collect(self, errors: Iterable[ErrorDetails]) -> None:
        for error in errors:
            path = self._pruned.original(path_of(error))
            if path not in self._refused:
                self._report(error, path)
            self._refuse_what_exists(path)

    def _report(self, error: ErrorDetails, path: Path) -> None:
        if error["type"] == "extra_forbidden":
            problem, meant = unknown_key(path, error["input"])
            self._meant.update([meant] if meant else [])
        else:
            problem = self._once_in_a_list(worded(error, path))
        self.problems.append(problem)

    def _once_in_a_list(self, problem: Problem) -> Problem:
        """The example that stands for a wrong item is set at one place of the list, and only when it is not there."""
        if not isinstance(problem.fix, Set) or not isinstance(problem.path[-1], int):
            return problem
        above = problem.path[:-1]
        told = [other.fix.value for other in self.problems if other.path[:-1] == above and isinstance(other.fix, Set)]
        twice = problem.fix.value in [*value_at(self._data, above, []), *told]
        return replace(problem, fix=Remove(problem.path)) if twice else problem

    def _refuse_what_exists(self, path: Path) -> None:
        """Leaves out the value, or, when a required one is missing, the nearest map around it that still stands."""
        while path and (path in self._refused or value_at(self._data, path, _ABSENT) is _ABSENT):
            path = path[:-1]
        self._refused.add(path)


def _with_value(problem: Problem, data: Any, defaults: Any) -> Problem:
    """The problem with what `data` says at its path, or with the default if it says nothing."""
    value = value_at(data, problem.path, _ABSENT)
    if value is not _ABSENT:
        return replace(problem, value=shown(problem.path, value))
    default = value_at(defaults, problem.path)
    told = "" if default in (None, [], {}) else f" (default {shown(problem.path, default)})"
    return replace(problem, value=f"nothing{told}")
