"""Before ECS gets another image of Open WebUI: a snapshot of the database that the image will migrate, quiet alarms."""

import asyncio
from collections.abc import Callable

import pulumi

from apps.aws_session import deploys, open_aws
from apps.shared import SharedParts
from components.data_tier.aurora import Database
from health.aws import AWS_ERRORS, Aws, message
from health.before_upgrade import host_of, image_of, mute_alarms, take_snapshot
from settings import WEBUI, StackSettings


def hooks(app: str, settings: StackSettings, shared: SharedParts) -> pulumi.ResourceHookBinding | None:
    """What the ECS service of an app does before it is updated; nothing in a preview and offline."""
    if app != WEBUI or not deploys():
        return None
    database = shared.data_tier.database if shared.data_tier and settings.database.upgrade_snapshot else None
    region = shared.facts.location.region

    async def prepare(args: pulumi.ResourceHookArgs) -> None:
        cluster = await database.cluster_identifier.future() if isinstance(database, Database) else None
        old, new = ((given or {})["taskDefinition"] for given in (args.old_outputs, args.new_inputs))
        # Out of the event loop, which the engine waits for: a snapshot takes minutes.
        aws = open_aws(region)
        if shared.data_tier is None and old != new:
            # One task with its SQLite file stops before the next one starts, whatever has changed.
            await asyncio.to_thread(mute, aws, settings.name_prefix, pulumi.log.info)
        else:
            await asyncio.to_thread(before_update, aws, old, new, cluster, settings.name_prefix, pulumi.log.info)

    return pulumi.ResourceHookBinding(before_update=[pulumi.ResourceHook(f"{app}-before-another-image", prepare)])


def before_update(aws: Aws, old: str, new: str, cluster: str | None, prefix: str, tell: Callable[[str], None]) -> None:
    """Snapshot and mute when two revisions differ in their image.

    Raises one of AWS_ERRORS when there is no snapshot: the service then stays as it is.
    """
    before, after = (image_of(aws, revision, WEBUI) for revision in (old, new))
    if before == after:
        return
    mute(aws, prefix, tell)
    if host_of(aws, old, WEBUI) != host_of(aws, new, WEBUI):
        tell(f"{WEBUI} gets another database too, whose predecessor leaves a final snapshot")
    elif cluster:
        tell(f"{WEBUI} gets {after} in place of {before}: its database is snapshotted first, which takes minutes")
        tell(f"the database of {before} is in the snapshot {take_snapshot(aws, cluster, before)}")


def mute(aws: Aws, prefix: str, tell: Callable[[str], None]) -> None:
    """Keep alarms quiet while people see a page or nothing; a refusal is told, and stops nothing."""
    try:
        if muted := mute_alarms(aws, prefix, WEBUI):
            tell(f"{len(muted)} alarms are muted while {WEBUI} is replaced")
    except AWS_ERRORS as error:
        tell(f"the alarms could not be muted, and may go off while {WEBUI} is replaced: {message(error)}")
