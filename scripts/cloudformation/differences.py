"""What will be different once `make up` has run on what was imported, and why."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from offline.engine.recording import Recording, Resource
from scripts.cloudformation.mapping import Import, Plan
from scripts.cloudformation.system import LOAD_BALANCER, App, System


@dataclass(frozen=True, kw_only=True)
class VisibleChange:
    """One change that people may notice."""

    what: str
    now: str
    then: str
    why: str


def find_differences(system: System, plan: Plan, recording: Recording) -> list[VisibleChange]:
    """All of them, the load balancer first, then what each application sees."""
    changes = [*_routing(plan), *_load_balancer(system, recording), *_files(system, recording)]
    for app in system.apps.values():
        changes += _app(app, recording)
    return [change for change in changes if change.now != change.then]


def _routing(plan: Plan) -> Iterator[VisibleChange]:
    for imported in plan.imports:
        if imported.resource.type == "aws:lb/listenerRule:ListenerRule":
            yield VisibleChange(
                what=f"rule {imported.live.resource.logical_id}",
                now=f"{_live_paths(imported)}, priority {imported.live.facts['Priority']}",
                then=f"{_paths(imported.resource)}, priority {imported.resource.inputs['priority']}",
                why="only the three paths that the gateway answers are its own: /api/v1 is Open WebUI's, and a rule "
                "behind /* never matches",
            )
        if imported.resource.type == "aws:lb/listener:Listener":
            yield VisibleChange(
                what=f"default of listener {imported.live.resource.logical_id}",
                now=imported.live.facts["DefaultActions"][0]["Type"],
                then=imported.resource.inputs["defaultActions"][0]["type"],
                why="every service has a rule; what matches none is answered here",
            )


def _live_paths(imported: Import) -> str:
    return ", ".join(value for condition in imported.live.facts["Conditions"] for value in condition.get("Values", []))


def _paths(rule: Resource) -> str:
    conditions = rule.inputs["conditions"]
    return ", ".join(path for condition in conditions for path in condition.get("pathPattern", {}).get("values", []))


def _load_balancer(system: System, recording: Recording) -> Iterator[VisibleChange]:
    running = system.of_type(LOAD_BALANCER)[0].facts
    registered = recording.one("aws:lb/loadBalancer:LoadBalancer").inputs
    yield VisibleChange(
        what="subnets of the load balancer",
        now=", ".join(sorted(zone["SubnetId"] for zone in running["AvailabilityZones"])),
        then=", ".join(sorted(registered["subnets"])),
        why="an internal load balancer stands where the tasks are, one subnet for each zone",
    )
    yield VisibleChange(
        what="security groups",
        now="the template's",
        then="this program's",
        why="load balancer, mount targets and tasks change over during `make up`: plan for minutes without service",
    )


def _files(system: System, recording: Recording) -> Iterator[VisibleChange]:
    webui = system.apps["webui"]
    volumes = {volume["name"]: volume.get("efsVolumeConfiguration") for volume in webui.task.get("volumes", [])}
    mounts = [
        (mount["containerPath"], volume)
        for mount in webui.container.get("mountPoints", [])
        if (volume := volumes.get(mount["sourceVolume"]))
    ]
    mounted = [f"{volume.get('rootDirectory', '/')} at {path}" for path, volume in mounts]
    access_point = recording.one("aws:efs/accessPoint:AccessPoint")
    variables = {variable["name"]: variable["value"] for variable in webui.container.get("environment", [])}
    data = variables.get("DATA_DIR", "/app/backend/data")
    kept = any(data == path or data.startswith(f"{path}/") for path, _ in mounts)
    yield VisibleChange(
        what="Open WebUI's files",
        now=(", ".join(mounted) or "the volume is declared and mounted nowhere") + f"; it writes to {data}",
        then=f"{access_point.inputs['rootDirectory']['path']} of the file system at /webui, as user 1000",
        why="copy them before `make up`, see `The data` in docs/migrate-from-cloudformation.md"
        if kept
        else "what it writes now is in its container and gone with the task: download the database before `make up`, "
        "see `The data` in docs/migrate-from-cloudformation.md",
    )
    yield VisibleChange(
        what="who may mount the file system",
        now="any client that reaches it",
        then="TLS, IAM and an access point only",
        why="old tasks lose their files when the policy is set",
    )
    if recording.of_type("aws:rds/cluster:Cluster"):
        yield VisibleChange(
            what="Open WebUI's database",
            now="SQLite",
            then="PostgreSQL, empty",
            why="several tasks would share one SQLite file; accounts and chats do not move by themselves. "
            "`database: {enabled: false}` and `scaling: {min: 1, max: 1}` of webui keep SQLite",
        )


def _api_key(app: App, container: Mapping[str, Any]) -> VisibleChange:
    """By the secret that each side reads; the program's own is made up while it runs offline."""

    def source(of: Mapping[str, Any]) -> str:
        secrets = (secret["valueFrom"] for secret in of.get("secrets", []) if secret["name"] == "API_KEY")
        return next(secrets, "no secret")

    now, then = source(app.container), source(container)
    return VisibleChange(
        what="the gateway's API key",
        now=now,
        then=now if now == then else "a secret that this program generates",
        why="only a Secrets Manager secret that is JSON with the key api_key can be kept; callers need the new key",
    )


def _of_app(recording: Recording, type_: str, app: App) -> Resource:
    """What the component of an application registers of a type: each has one of these."""
    return next(one for one in recording.of_type(type_) if recording.component_name(one.urn) == app.name)


def _app(app: App, recording: Recording) -> Iterator[VisibleChange]:
    registered = _of_app(recording, "aws:ecs/taskDefinition:TaskDefinition", app)
    containers = json.loads(registered.inputs["containerDefinitions"])
    container = next(container for container in containers if container["name"] == app.name)
    for kind, field in (("variables", "environment"), ("secrets", "secrets")):
        names = {item["name"] for item in app.container.get(field, [])}
        kept = {item["name"] for part in ("environment", "secrets") for item in container.get(part, [])}
        yield VisibleChange(
            what=f"{kind} of {app.name}",
            now=", ".join(sorted(names - kept)) or "all known to this program",
            then="no longer set" if names - kept else "all known to this program",
            why=f"this program sets its own; what you need goes into `{app.name}.env` and `{app.name}.secrets`",
        )
    if app.name == "gateway":
        yield _api_key(app, container)
    yield VisibleChange(
        what=f"roles of {app.name}",
        now=", ".join(app.task.get(role, "none").rpartition("/")[2] for role in ("executionRoleArn", "taskRoleArn")),
        then="two of its own",
        why="only the gateway may call Bedrock, and each reads only its own secrets",
    )
    service = _of_app(recording, "aws:ecs/service:Service", app).inputs
    yield VisibleChange(
        what=f"service of {app.name}",
        now=app.service.facts["serviceName"],
        then=service["name"],
        why="each application has a service of its own, and AWS cannot rename one: the old one goes on until you "
        "delete it",
    )
    public = app.service.facts["networkConfiguration"]["awsvpcConfiguration"].get("assignPublicIp", "DISABLED")
    yield VisibleChange(
        what=f"public addresses of {app.name}'s tasks",
        now=public.lower(),
        then="disabled",
        why="the subnets need a NAT gateway or VPC endpoints, or the tasks start no more",
    )
