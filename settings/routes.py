"""Which requests each service of the stack is to get."""

from aws_rules.listener_rules import ServiceRoute
from aws_rules.open_webui_paths import GATEWAY_PATHS
from settings.apps import Transport
from settings.stack import StackSettings


def service_routes(settings: StackSettings) -> list[ServiceRoute]:
    """Open WebUI gets what no other service asks for; the gateway is behind the load balancer only when it is internal."""
    routes = [ServiceRoute(service="webui", catch_all=True)]
    if settings.gateway.enabled and settings.gateway_transport is Transport.LOAD_BALANCER:
        routes.append(ServiceRoute(service="gateway", paths=GATEWAY_PATHS))
    further = (
        ServiceRoute(service=name, paths=service.paths, hosts=service.hosts)
        for name, service in settings.services.items()
        if service.routed
    )
    return [*routes, *further]
