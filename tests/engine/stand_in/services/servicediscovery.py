"""Cloud Map: Service Connect's namespaces."""

from typing import Any

from tests.engine.stand_in.account import backend, services
from tests.engine.stand_in.rules import Params, refuse, rule


@rule("servicediscovery", "CreateHttpNamespace", source="api CreateHttpNamespace: NamespaceAlreadyExists")
def namespace_is_new(params: Params) -> None:
    if any(namespace.name == params["Name"] for namespace in backend("servicediscovery").namespaces.values()):
        refuse("NamespaceAlreadyExists", f"Namespace with name {params['Name']} already exists")


@rule(
    "servicediscovery",
    "DeleteNamespace",
    source="api DeleteNamespace: ResourceInUse; guide Service Connect: each ECS service has a Cloud Map service",
)
def namespace_is_unused(params: Params) -> None:
    namespace = backend("servicediscovery").namespaces.get(params["Id"].split("/")[-1])
    if namespace and any(_serves_in(service, namespace) for service in services()):
        refuse("ResourceInUse", "Namespace has associated services")


def _serves_in(service: Any, namespace: Any) -> bool:
    connects = [deployment.get("serviceConnectConfiguration") or {} for deployment in service.deployments]
    return any(c.get("services") and c.get("namespace") in (namespace.arn, namespace.name) for c in connects)
