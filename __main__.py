"""The stack as a table of contents: settings, shared parts, services, outputs."""

import pulumi

import settings
from apps import common, lookups, monitoring, outputs, routes
from apps import shared as parts
from apps.services import service_args
from components.alarm_topic import AlarmTopic
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
from components.observability import Observability
from components.support.tagging import tag_every_resource

config = settings.load()
known = lookups.look_up(config)
tag_every_resource(config.tags, config.name_prefix)

# Shared parts
key = EncryptionKey("encryption-key", parts.encryption_key(config, known))
network = Network("network", parts.network(config, known, key))
balancer = SharedLoadBalancer("load-balancer", parts.load_balancer(config, known, network, key))
routing = routes.plan(config, balancer, network.cidrs)
cluster = Cluster("cluster", parts.cluster(config, known, network, key, balancer, routing.ports))
data_tier = DataTier("data-tier", parts.data_tier(config, known, network, key)) if config.database.enabled else None
shared = parts.SharedParts(
    facts=known,
    network=network,
    load_balancer=balancer,
    cluster=cluster,
    file_system=SharedFileSystem("file-system", parts.file_system(config, network, key)),
    secrets=AppSecrets("secrets", parts.app_secrets(config, known, key)),
    alarm_topic=AlarmTopic("alarm-topic", monitoring.alarm_topic(config, known, key)),
    data_tier=data_tier,
)

# Services
images: dict[str, common.Image] = {}
services: dict[str, EcsAppService] = {}
for name, app in config.apps.items():
    build = common.image_to_build(app, config, known, key)
    built = ContainerImage(f"{name}-image", build) if build else None
    images[name] = common.image_of(app, built, known.location)
    args = service_args(name, config, shared, images[name], routing.rules_of(name), services)
    services[name] = EcsAppService(name, args)
watched = Observability("observability", monitoring.observability(config, shared, services))

# Outputs
for name, value in outputs.stack_outputs(shared, services, images, watched).items():
    pulumi.export(name, value)
if config.cloud_formation_exports:
    CloudFormationExports("exports", outputs.cloudformation_exports(config, shared, services, images))
