"""The one place that knows which app module describes which service."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from apps import bedrock_gateway, beside, configured_service, open_webui
from apps.images import Image
from apps.routes import RoutingTable
from apps.shared import SharedParts
from apps.surroundings import surround
from components.ecs_app_service import EcsAppService
from components.ecs_app_service.args import EcsAppServiceArgs
from components.ecs_app_service.route import Route
from components.support.connections import Connection
from settings import GATEWAY, WEBUI, StackSettings


def service_args(
    name: str,
    settings: StackSettings,
    shared: SharedParts,
    image: Image,
    routing: RoutingTable,
    registered: Mapping[str, EcsAppService],
) -> EcsAppServiceArgs:
    """The arguments of the service `name`; `registered` are the services that come before it."""
    alone = _of_its_own(name, settings, shared, image, routing.rules_of(name), registered)
    args = beside.with_sidecars(name, alone, settings, shared)
    calls = [called for called, private in settings.private_names.items() if name in private.clients]
    reached = [
        Connection(
            name=called,
            security_group_id=registered[called].security_group_id,
            port=settings.private_names[called].port,
        )
        for called in calls
    ]
    whole = replace(
        args,
        connections=[*args.connections, *reached],
        service_connect_server=name in settings.private_names,
        # A service may speak WebSocket; only the gateway scales by requests, which are counted for HTTP alone.
        service_connect_http=name == GATEWAY or name not in settings.private_names,
        service_connect_calls={called: registered[called].service_name for called in calls},
    )
    return surround(whole, settings, shared)


def _of_its_own(
    name: str,
    settings: StackSettings,
    shared: SharedParts,
    image: Image,
    rules: Sequence[Route],
    registered: Mapping[str, EcsAppService],
) -> EcsAppServiceArgs:
    """What the service is without those that call it and whom it calls."""
    if name == GATEWAY:
        return bedrock_gateway.service_args(settings, shared, image, rules)
    if name == WEBUI:
        return open_webui.service_args(settings, shared, image, rules, registered.get(GATEWAY))
    return configured_service.service_args(name, settings, shared, image, rules)
