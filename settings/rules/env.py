"""Rules for environment variables and secrets of the containers."""

import json
from collections.abc import Iterator

from aws_rules import arns, secret_names
from aws_rules.containers import MOST_DEFINITION_BYTES, variable_name_problem
from aws_rules.iam import MOST_POLICY_CHARACTERS
from problems import Path, Problem, Remove, Set, Steps, key_of
from settings import gateway_run
from settings.apps import AppSettings
from settings.reserved_env import COMPANION_ENV, RESERVED_ENV, SIGN_IN, reserved_by
from settings.rules.parts import advise, apps, remove, services, variables
from settings.services import ServiceSettings
from settings.stack import GATEWAY, WEBUI, StackSettings

# The rest of both is the program's own.
_MOST_BYTES = MOST_DEFINITION_BYTES - 16 * 1024
_MOST_CHARACTERS = MOST_POLICY_CHARACTERS - 1_240

_DEFINITION = "ECS takes 64 KiB for a task definition"
_QUOTA = f"IAM takes {MOST_POLICY_CHARACTERS:,} for a role's inline policies"
_LONG_REGION = "ap-southeast-2"
_LONGEST_ARN_START = len("arn:aws-us-gov:secretsmanager:us-gov-west-1:000000000000:secret:")


def names(settings: StackSettings) -> Iterator[Problem]:
    """Names that a shell can read."""
    for path in _variables(settings):
        if rule := variable_name_problem(str(path[-1])):
            yield remove(path, rule)


def secrets_in_plain_text(settings: StackSettings) -> Iterator[Problem]:
    """Plain environment variables can be read by anybody who may describe a task definition."""
    for path, app in variables(settings):
        for name, value in app.env.items():
            variable, secrets = (*path, "env", name), (*path, "secrets")
            if _reserved(settings, variable):
                continue
            if what := secret_names.in_plain_text(name, value):
                rule = f"{what}; secrets come from Secrets Manager, by ARN, in {key_of(secrets)} (Security Hub ECS.8)"
                fix = Steps((Remove(variable), Set((*secrets, name), arns.EXAMPLE_ARN)))
                yield Problem(path=variable, rule=rule, fix=fix)
            elif "\0" in value:
                yield remove(variable, "must not contain the NUL character")


def named_twice(settings: StackSettings) -> Iterator[Problem]:
    """ECS refuses a name that is both a variable and a secret."""
    for path, app in variables(settings):
        secrets = (*path, "secrets")
        for name in sorted(app.env.keys() & app.secrets.keys()):
            rule = f"is in {key_of(secrets)} as well; ECS takes a name once"
            yield remove((*path, "env", name), rule, (*secrets, name))


def reserved_names(settings: StackSettings) -> Iterator[Problem]:
    """What the program sets itself has its own settings, or must not differ."""
    for path in _variables(settings):
        if rule := _reserved(settings, path):
            yield remove(path, rule, *([(WEBUI, "oidc")] if path[-1] in SIGN_IN else []))


def definition_size(settings: StackSettings) -> Iterator[Problem]:
    """ECS takes 64 KiB for a task definition; with a database Open WebUI's init container repeats its variables."""
    for path, app in apps(settings):
        twice = path == (WEBUI,) and settings.database.enabled
        size = _bytes(app) * (2 if twice else 1)
        listed = _bytes_of_models(settings) if path == (GATEWAY,) else 0
        if listed > _MOST_BYTES:
            rule = f"must take at most {_MOST_BYTES} bytes as the gateway's variables, not {listed} ({_DEFINITION})"
            yield advise((GATEWAY, "models"), rule, "name fewer models, or describe them in fewer words")
        elif size + listed > _MOST_BYTES:
            rule = f"must take, with secrets and command, at most {_MOST_BYTES - listed} bytes, not {size}"
            advice = "move long values to a file in the image or to Secrets Manager"
            beside = ((*path, "secrets"), (*path, "command"), *([(GATEWAY, "models")] if listed else []))
            yield advise((*path, "env"), f"{rule} ({_DEFINITION})", advice, *beside)


def role_policy_sizes(settings: StackSettings) -> Iterator[Problem]:
    """IAM takes 10,240 characters for the inline policies of a role: those of the models, or of the secrets."""
    for path, app in apps(settings):
        secrets = set(app.secret_references)
        size = len(json.dumps(sorted({arn.partition(":secret:")[2] for arn in secrets})))
        size += _LONGEST_ARN_START * len(secrets)
        if size > _MOST_CHARACTERS:
            rule = f"must name secrets with at most {_MOST_CHARACTERS} characters in all, not {size} ({_QUOTA})"
            advice = "keep several values in one secret, as JSON, and name each by :json-key::"
            yield advise((*path, "secrets"), rule, advice)
        if (given := _given_size(app)) > _MOST_CHARACTERS:
            rule = f"must take at most {_MOST_CHARACTERS} characters, not {given} ({_QUOTA})"
            policies = key_of((*path, "policies"))
            yield advise((*path, "statements"), rule, f"make a managed policy of them and name it in {policies}")
    if settings.gateway.enabled:
        statements = gateway_run.rights(settings.gateway, "aws", _LONG_REGION, "0" * 12)
        size = len(json.dumps(statements, separators=(",", ":"))) + _given_size(settings.gateway)
        if size > _MOST_CHARACTERS:
            rule = f"must take at most {_MOST_CHARACTERS} characters of policy, not {size} ({_QUOTA})"
            yield advise(
                ("gateway", "models"), rule, 'name fewer models, or allow all with "*"', ("gateway", "statements")
            )


def _given_size(app: AppSettings) -> int:
    return len(json.dumps([statement.document() for statement in app.statements], separators=(",", ":")))


def secrets_in_commands(settings: StackSettings) -> Iterator[Problem]:
    """A command can be read like a plain environment variable."""
    for path, _, service in services(settings):
        rule = f"holds what looks like a secret; name it in {key_of(path)}.secrets and read it from there"
        for index, word in enumerate(service.command):
            if secret_names.is_secret_value(word):
                yield remove((*path, "command", index), rule)


def _reserved(settings: StackSettings, path: Path) -> str | None:
    """Why the variable or secret at `path` is not the user's to set."""
    if "sidecars" in path[:-1]:
        return None
    reserved = {WEBUI: RESERVED_ENV, GATEWAY: reserved_by(settings.gateway.runs)}
    of_app = COMPANION_ENV.get(str(path[1]), {}) if path[0] == "companions" else reserved.get(str(path[0]), {})
    if rule := of_app.get(str(path[-1])):
        return rule
    signs_in = path[0] == WEBUI and path[-1] in SIGN_IN and settings.webui.oidc is not None
    return "is set by this program for webui.oidc" if signs_in else None


def _variables(settings: StackSettings) -> Iterator[Path]:
    for path, app in variables(settings):
        yield from ((*path, "env", name) for name in app.env)
        yield from ((*path, "secrets", name) for name in app.secrets)


def _bytes_of_models(settings: StackSettings) -> int:
    """What the engine is told."""
    return len(json.dumps(dict(gateway_run.variables(settings.gateway, _LONG_REGION, "1000"))).encode())


def _bytes(app: AppSettings) -> int:
    command = app.command if isinstance(app, ServiceSettings) else ()
    beside = [sidecar.model_dump(mode="json") for sidecar in app.sidecars.values()]
    return len(json.dumps([app.env, app.secrets, command, beside]).encode())
