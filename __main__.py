"""The stack as a table of contents: settings, shared parts, services, outputs."""

import pulumi

import settings
from apps import (
    bedrock_gateway,
    facts,
    further_service,
    open_webui,
    outputs,
    routes,
    service_parts,
    shared_parts,
)
from components.app_secrets import AppSecrets
from components.cloudformation_exports import CloudFormationExports
from components.cluster import Cluster
from components.container_image import ContainerImage
from components.data_tier import DataTier
from components.ecs_app_service import EcsAppService
from components.encryption_key import EncryptionKey
from components.file_system import SharedFileSystem
from components.load_balancer import SharedLoadBalancer
from components.network import Network
from components.tagging import tag_every_resource

config = settings.load()
for warning in settings.warnings(config):
    pulumi.log.warn(str(warning))
known = facts.look_up(config)
tag_every_resource(
    {**config.tags, "Project": pulumi.get_project(), "Environment": pulumi.get_stack()}, config.name_prefix
)

# Shared parts
key = EncryptionKey("encryption-key", shared_parts.encryption_key(config, known))
network = Network("network", shared_parts.network(config, known, key))
balancer = SharedLoadBalancer("load-balancer", shared_parts.load_balancer(config, known, network, key))
rules = routes.plan_rules(config, balancer, network.cidrs)
ports = routes.routed_ports(config, rules)
cluster = Cluster("cluster", shared_parts.cluster(config, known, network, key, balancer, ports))
shared = shared_parts.SharedParts(
    facts=known,
    network=network,
    load_balancer=balancer,
    cluster=cluster,
    file_system=SharedFileSystem("file-system", shared_parts.file_system(config, network, key)),
    secrets=AppSecrets("secrets", shared_parts.app_secrets(config, known, key)),
    data_tier=DataTier("data-tier", shared_parts.data_tier(config, known, network, key))
    if config.database_enabled
    else None,
)

# Services
images = {
    name: service_parts.image_of(app, build and ContainerImage(f"{name}-image", build), known.location)
    for name, app in config.apps.items()
    for build in [service_parts.image_to_build(app, config, known, key)]
}
services: dict[str, EcsAppService] = {}
if config.gateway.enabled:
    gateway = bedrock_gateway.service_args(config, shared, images["gateway"], rules["gateway"])
    services["gateway"] = EcsAppService("gateway", gateway)
webui = open_webui.service_args(config, shared, images["webui"], rules["webui"], services.get("gateway"))
services["webui"] = EcsAppService("webui", webui)
for name, app in config.services.items():
    further = further_service.service_args(name, app, config, shared, images[name], rules[name])
    services[name] = EcsAppService(name, further)

# Outputs
for name, value in outputs.stack_outputs(shared, services, images).items():
    pulumi.export(name, value)
if config.cloud_formation_exports:
    CloudFormationExports("exports", outputs.cloudformation_exports(config, shared, services, images))
