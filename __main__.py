"""The stack as a table of contents: settings, shared parts, services, outputs."""

import settings
from apps import backups, every_resource, images, lookups, monitoring, new_image, outputs, routes, shared, sign_in
from apps.services import service_args
from components.alarm_topic import AlarmTopic
from components.app_secrets import AppSecrets
from components.backups import Backups
from components.budget import Budget
from components.cloudformation_exports import CloudFormationExports
from components.cluster import Cluster
from components.container_image import ContainerImage
from components.data_tier import DataTier
from components.ecs_app_service import EcsAppService
from components.encryption_key import EncryptionKey
from components.file_system import SharedFileSystem
from components.inference_profiles import InferenceProfiles
from components.load_balancer import SharedLoadBalancer
from components.network import Network
from components.observability import Observability
from components.upload_bucket import UploadBucket
from components.user_pool import UserPool

config = settings.load()
facts = lookups.look_up(config)
every_resource.tag_and_limit(config)

key = facts.given_key or EncryptionKey("encryption-key", shared.encryption_key(config, facts))
network = Network("network", shared.network(config, facts, key))
balancer = facts.given_alb or SharedLoadBalancer("load-balancer", shared.load_balancer(config, facts, network, key))
routing = routes.plan(config, balancer, network.cidrs)
cluster = Cluster("cluster", shared.cluster(config, facts, network, key, balancer, routing.ports))
parts = shared.SharedParts(
    facts=facts,
    network=network,
    load_balancer=balancer,
    public_url=config.webui.url,
    cluster=cluster,
    data_tier=DataTier("data-tier", shared.data_tier(config, facts, network, key)) if config.database.enabled else None,
    file_system=SharedFileSystem("file-system", shared.file_system(config, network, key)),
    secrets=AppSecrets("secrets", shared.app_secrets(config, facts, key)),
    alarm_topic=facts.given_topic or AlarmTopic("alarm-topic", monitoring.alarm_topic(config, facts, key)),
    upload_bucket=UploadBucket("uploads", shared.upload_bucket(config, key)) if config.webui.makes_bucket else None,
    profiles=InferenceProfiles("profiles", shared.profiles(config, facts)) if config.gateway.profiled_models else None,
    user_pool=UserPool("user-pool", sign_in.user_pool(config, facts, key)) if config.webui.user_pool else None,
)
image_by_app, services = dict[str, images.Image](), dict[str, EcsAppService]()
for name, app in config.apps.items():
    build = images.image_to_build(app, config, facts, key)
    image_by_app[name] = images.image_of(app, ContainerImage(f"{name}-image", build) if build else None, facts.location)
    arguments = service_args(name, config, parts, image_by_app[name], routing, services)
    services[name] = EcsAppService(name, arguments, hooks=new_image.hooks(name, config, parts))
watched = Observability("observability", monitoring.observability(config, parts, services))
if config.budget:
    Budget("budget", monitoring.budget(config, config.budget, parts, services))
if config.backup:
    Backups("backups", backups.backups(config.backup, parts, key.key_arn))
outputs.export(outputs.stack_outputs(config, parts, services, image_by_app, watched))
if config.cloud_formation_exports:
    CloudFormationExports("exports", outputs.cloudformation_exports(config, parts, services, image_by_app))
