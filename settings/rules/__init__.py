"""Rules between settings. A new rule is a function in a module of its subject and one line here."""

from collections.abc import Callable, Iterator

from settings.problems import Finding
from settings.rules import apps, cautions, data, env, gateway, load_balancer, network, protection, scaling, services
from settings.rules import stack as whole_stack
from settings.stack import StackSettings

Rule = Callable[[StackSettings], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    whole_stack.tag_keys_and_values,
    whole_stack.tag_count,
    whole_stack.tag_keys_that_iam_cannot_tell_apart,
    whole_stack.alarm_emails,
    network.given_subnets,
    network.public_subnets,
    network.way_to_aws,
    network.way_to_registries,
    load_balancer.domain_and_zone,
    load_balancer.domain_length,
    load_balancer.hosts_in_certificate,
    load_balancer.plain_http,
    load_balancer.allowed_cidrs,
    load_balancer.open_to_the_world,
    load_balancer.idle_timeout,
    apps.image_or_build,
    apps.task_size,
    apps.spot_shares,
    apps.webui_on_spot,
    env.names,
    env.secrets_in_plain_text,
    env.named_twice,
    env.reserved_names,
    env.definition_size,
    env.role_policy_sizes,
    env.secrets_in_commands,
    scaling.limits,
    scaling.nobody_wakes_zero_tasks,
    scaling.requests_per_task,
    scaling.schedule_limits,
    scaling.schedules_told_apart,
    scaling.schedules_of_zero_tasks,
    gateway.disabled,
    gateway.models,
    gateway.needed_models,
    gateway.embedding_model,
    gateway.transport,
    services.names,
    services.routes,
    services.unrouted,
    data.one_task_without_database,
    data.settings_of_disabled_database,
    data.capacity_limits,
    data.connections,
    data.key_of_an_unencrypted_file_system,
    protection.fixed_images,
    protection.https,
    protection.sign_up,
    protection.backups,
)

WARNINGS: tuple[Rule, ...] = (
    cautions.unencrypted_file_system,
    cautions.plain_http_on_the_internet,
    cautions.public_address_range,
    cautions.many_allowed_cidrs,
    cautions.many_ports,
    cautions.wide_allowed_cidrs,
    cautions.no_model_source,
    cautions.sign_in_without_internet,
    cautions.unused_spot,
    cautions.cramped_gateway,
    cautions.single_points_of_failure,
    cautions.moving_images,
    cautions.one_nat_gateway_for_many_zones,
    cautions.sign_up_from_the_internet,
    cautions.exec_on_a_protected_stack,
    cautions.example_admin,
    cautions.missing_exports,
)
