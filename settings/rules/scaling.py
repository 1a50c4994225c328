"""Rules for the number of tasks and for the schedules that change it."""

from collections import Counter
from collections.abc import Iterator

from problems import Problem, Remove, Set, Steps, key_of
from settings.rules.parts import apps, remove, schedules, set_to
from settings.services import ServiceSettings
from settings.stack import StackSettings


def limits(settings: StackSettings) -> Iterator[Problem]:
    """The fewest tasks are not more than the most."""
    for path, app in apps(settings):
        least, most = (*path, "scaling", "min"), (*path, "scaling", "max")
        if app.scaling.min > app.scaling.max:
            rule = f"must be at most {key_of(most)}, which is {app.scaling.max} (RegisterScalableTarget)"
            yield Problem(path=least, rule=rule, fix=Set(most, app.scaling.min), also=(most,))


def nobody_wakes_zero_tasks(settings: StackSettings) -> Iterator[Problem]:
    """Without tasks there are no metrics, so an app that serves requests would sleep for ever."""
    for path, app in apps(settings):
        if app.scaling.min == 0 and not _is_background(app):
            rule = "must be 1 or more: with no task there is no load to measure, and nothing starts one again"
            yield set_to((*path, "scaling", "min"), 1, rule, (*path, "paths"), (*path, "hosts"))


def requests_per_task(settings: StackSettings) -> Iterator[Problem]:
    """The load balancer counts requests; Service Connect does for the gateway alone, since it takes others for TCP."""
    for path, app in apps(settings):
        if app.scaling.requests_per_task is not None and isinstance(app, ServiceSettings) and not app.routed:
            rule = "needs a service with paths or hosts: the load balancer counts the requests"
            yield remove((*path, "scaling", "requestsPerTask"), rule, (*path, "paths"), (*path, "hosts"))


def schedule_limits(settings: StackSettings) -> Iterator[Problem]:
    """The fewest tasks of a schedule are not more than its most."""
    for path, schedule in schedules(settings):
        if schedule.min > schedule.max:
            least, most = (*path, "min"), (*path, "max")
            rule = f"must be at most the schedule's max, which is {schedule.max} (PutScheduledAction)"
            yield Problem(path=least, rule=rule, fix=Set(most, schedule.min), also=(most,))


def schedules_told_apart(settings: StackSettings) -> Iterator[Problem]:
    """Names are unique, and no two schedules of an app act at the same times."""
    for path, app in apps(settings):
        names = Counter(schedule.name for schedule in app.scaling.schedules)
        times = Counter((schedule.cron, schedule.timezone) for schedule in app.scaling.schedules)
        for index, schedule in enumerate(app.scaling.schedules):
            here = (*path, "scaling", "schedules", index)
            if names[schedule.name] > 1:
                rule = f"must be unique within {key_of(here[:-1])} (scheduled action name)"
                yield set_to((*here, "name"), f"{schedule.name[:60]}-{index}", rule)
            elif times[schedule.cron, schedule.timezone] > 1:
                rule = "must differ from the other schedules: of two at the same time either may win"
                yield Problem(path=(*here, "cron"), rule=rule, fix=Remove(here))


def schedules_of_zero_tasks(settings: StackSettings) -> Iterator[Problem]:
    """A schedule may send an app to sleep, if it sleeps wholly and another schedule wakes it."""
    for path, app in apps(settings):
        wakes = any(schedule.min > 0 for schedule in app.scaling.schedules)
        for index, schedule in enumerate(app.scaling.schedules):
            if schedule.min == 0 and not _is_background(app) and not (schedule.max == 0 and wakes):
                every = (*path, "scaling", "schedules")
                rule = "must be 1 or more, unless max is 0 too and another schedule starts tasks again"
                least, most = (*every, index, "min"), (*every, index, "max")
                fix = Set(least, 1) if schedule.max else Steps((Set(most, 1), Set(least, 1)))
                yield Problem(path=least, rule=rule, fix=fix, also=((*path, "paths"), (*path, "hosts"), every))


def _is_background(app: object) -> bool:
    return isinstance(app, ServiceSettings) and not app.called
