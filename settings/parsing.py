"""Raw configuration to `StackSettings`, or to one error that holds every problem."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from settings.problems import Finding, Path, Problem, SettingsError, key_of
from settings.pruning import Pruned, touches, value_at
from settings.pydantic_errors import path_of, worded
from settings.raw_values import plain_copy, unusable
from settings.redaction import shown
from settings.rules import RULES, WARNINGS, regions
from settings.stack import StackSettings
from settings.unknown_keys import unknown_key

_ABSENT = object()


def parse(
    raw: Mapping[str, Any], *, secret_keys: Collection[str] = (), stack: str = "", region: str | None = None
) -> StackSettings:
    """The settings that `raw` says: top-level key to value, as decoded from JSON or YAML.

    `secret_keys` are the top-level keys that the CLI marks as secret; `stack` names the stack in the error;
    `region` is the AWS region, if known: ARNs must lie in it. Raises SettingsError, and nothing else, with every
    problem: of single values and of rules between values, apart from rules that rest on a refused value.
    """
    data = plain_copy(raw)
    reading = _Reading(data, secret_keys)
    settings = reading.validate()
    findings = [finding for rule in RULES for finding in rule(settings)]
    findings += regions.other_region(settings, region)
    findings += regions.images_out_of_reach(settings, region)
    reading.judge(settings, findings)
    if reading.problems:
        raise SettingsError(reading.problems, stack)
    return settings


def warnings(settings: StackSettings) -> list[Problem]:
    """What is allowed and deserves a second look, by key."""
    data = settings.model_dump(mode="json", by_alias=True)
    findings = (finding for warn in WARNINGS for finding in warn(settings))
    return sorted(_problem(finding, data, data) for finding in findings)


class _Reading:
    """One pass over a configuration: collects problems and leaves out the values that caused them."""

    def __init__(self, data: dict[str, Any], secret_keys: Collection[str]) -> None:
        self._data = data
        self.problems: list[Problem] = []
        self._refused: set[Path] = set()
        self._meant: set[Path] = set()
        for path, problem in unusable(data, secret_keys):
            self._refuse(path, problem)

    def validate(self) -> StackSettings:
        """The settings without all that was refused."""
        while True:
            self._pruned = Pruned(self._data, self._refused)
            try:
                return StackSettings.model_validate_json(json.dumps(self._pruned.data), strict=True)
            except ValidationError as error:
                self._collect(error.errors(include_url=False))

    def judge(self, settings: StackSettings, findings: Iterable[Finding]) -> None:
        """Adds what the rules found, unless it rests on a value that was refused or that a misspelt key meant."""
        doubtful = self._refused | self._meant
        defaults: dict[str, Any] | None = None
        for finding in findings:
            origins = [self._pruned.original(path) for path in (finding.path, *finding.also)]
            if not any(touches(path, doubtful) for path in origins):
                defaults = defaults or settings.model_dump(mode="json", by_alias=True)
                self.problems.append(_problem(_moved(finding, origins[0]), self._data, defaults))

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
            problem = worded(error, path)
        self.problems.append(problem)

    def _refuse(self, path: Path, problem: Problem) -> None:
        self.problems.append(problem)
        self._refused.add(path)

    def _refuse_what_exists(self, path: Path) -> None:
        """Leaves out the value, or, when a required one is missing, the nearest map around it that still stands."""
        while path and (path in self._refused or value_at(self._data, path, _ABSENT) is _ABSENT):
            path = path[:-1]
        self._refused.add(path)


def _moved(finding: Finding, path: Path) -> Finding:
    """The finding at the path in the configuration as given, where refused list items still count."""
    fix = finding.fix
    for end, (now, given) in enumerate(zip(finding.path, path, strict=True), 1):
        if now != given:
            fix = fix.replace(key_of(finding.path[:end]), key_of(path[:end]))
    return replace(finding, path=path, fix=fix)


def _problem(finding: Finding, data: Any, defaults: Any) -> Problem:
    path = finding.path
    value = value_at(data, path, _ABSENT)
    if value is _ABSENT:
        default = value_at(defaults, path)
        text = "nothing" if default in (None, [], {}) else f"nothing (default {shown(path, default)})"
    else:
        text = shown(path, value)
    return Problem(key_of(path), text, finding.rule, finding.fix)
