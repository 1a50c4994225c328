"""How each ECS service runs: size, scaling, image, storage and rollout."""

from typing import Final

from rich.console import Group, RenderableType
from rich.text import Text

from gateway_engines import ENGINES, PROCESSES
from offline.engine.recording import Recording
from offline.services import EcsService, services_of
from offline.table import Table

_GATEWAY: Final = "gateway"
_ALL: Final = 100
"""Percent: a deployment that may go above it starts new tasks before it stops old ones."""


def render(recording: Recording) -> RenderableType | None:
    """A block of facts per service."""
    blocks: list[RenderableType] = []
    for service in services_of(recording):
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 2))
        table.add_column(style="dim", no_wrap=True)
        table.add_column(overflow="fold")
        for label, text in _rows(service):
            table.add_row(label, Text(text))
        blocks += [Text(service.name, style="bold"), table]
    return Group(*blocks) if blocks else None


def _rows(service: EcsService) -> list[tuple[str, str]]:
    return [
        ("runs", f"{service.scaling.text()}; {_size(service)}"),
        ("image", _image(service)),
        *[("storage", f"{m.container_path} is {m.file_system_path} of the file system") for m in service.mounts],
        *[("answers", text) for text in _answers(service)],
        ("called by", _callers(service)),
        ("rollout", _rollout(service)),
    ]


def _image(service: EcsService) -> str:
    others = service.other_containers
    first = ", ".join(name if image == service.image else f"{name} from {image}" for name, image in others.items())
    return f"{service.image}; runs {first} first" if others else service.image


def _size(service: EcsService) -> str:
    shared = len(service.capacity) > 1
    capacity = [f"{name} ({detail})" if shared else name for name, detail in service.capacity.items()]
    size = f"{service.cpu / 1024:g} vCPU, {service.memory / 1024:g} GB, {service.architecture}"
    return f"{size}, {' + '.join(capacity)}"


def _rollout(service: EcsService) -> str:
    order = "start, then stop" if service.maximum_percent > _ALL else "stop, then start"
    percent = f"{service.minimum_healthy_percent} to {service.maximum_percent} % of the tasks"
    back = f"rolled back for {' or '.join(service.rolls_back)}" if service.rolls_back else "never rolled back"
    return f"{order}, {percent}; {back}"


def _answers(service: EcsService) -> list[str]:
    """How many a task gives at once, where others wait meanwhile."""
    variables, secrets = service.variables, service.secrets
    most = [engine.answers_per_process for engine in ENGINES.values() if engine.key_variable in secrets]
    if service.app != _GATEWAY or not most or most[0] is None:
        return []
    at_once = most[0] * int(variables[PROCESSES])
    return [f"{at_once} at once in a task; who asks for one more waits until one of them ends"]


def _callers(service: EcsService) -> str:
    callers = []
    if service.target_port is not None:
        callers.append(f"the load balancer on port {service.target_port}, health check {service.health_path}")
    callers += [f"other tasks at {name}" for name in service.service_connect]
    return "; ".join(callers) or "nobody"
