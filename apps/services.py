"""The one place that knows which app module describes which service."""

from collections.abc import Mapping

from apps import bedrock_gateway, configured_service, open_webui
from apps.images import Image
from apps.routes import RoutingTable
from apps.shared import SharedParts
from components.ecs_app_service import EcsAppService
from components.ecs_app_service.args import EcsAppServiceArgs
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
    rules = routing.rules_of(name)
    if name == GATEWAY:
        return bedrock_gateway.service_args(settings, shared, image, rules)
    if name == WEBUI:
        return open_webui.service_args(settings, shared, image, rules, registered.get(GATEWAY))
    return configured_service.service_args(name, settings, shared, image, rules)
