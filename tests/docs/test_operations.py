"""The runbook's commands are spelled as their programs know them: the AWS CLI, make, Pulumi and bash."""

import re
from pathlib import Path

import pulumi_aws as aws

from components.observability.shared_alarms import PERCENT_OF_CONNECTIONS
from tests.support.component_args import LONGEST_SERVICE
from tests.support.component_variants import recorded
from tests.support.program import plan

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/operations.md").read_text()
BLOCKS = [block.replace("\\\n", " ") for block in re.findall(r"```bash\n(.*?)```", TEXT, re.DOTALL)]
LINES = [line.strip() for block in BLOCKS for line in block.splitlines()]
INLINE = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", TEXT, flags=re.DOTALL))

OF_THE_STACK = {
    "<service>-running": "`scaling.min`",
    "<service>-p95": "`alarms.p95Seconds`",
    "<service>-cpu": "`alarms.cpuPercent`",
    "<service>-memory": "`alarms.memoryPercent`",
    "database-connections": f"{PERCENT_OF_CONNECTIONS} percent of what its size allows",
}
"""Alarms whose thresholds the stack's file decides."""

PULUMI_COMMANDS = ("config set ", "stack rm ")
ARGUMENTS = {
    "up": r"--refresh|(--refresh )?--replace '\*\*::[\w-]+'",
    "preview": r"--diff",
    "verify": r"--wait \d+",
    "outputs": r"[A-Za-z]+",
    "refresh": r"--clear-pending-creates",
    "pulumi": "|".join(f"{command}.+" for command in PULUMI_COMMANDS),
}
"""What may be in ARGS, by target."""

MAKE = re.compile(r"\bmake (?:-s )?([a-z-]+)((?: [A-Z]+=(?:\"[^\"]*\"|[^\s)\"]+))*)")


def make_commands() -> list[tuple[str, str]]:
    return [match for text in [*LINES, *INLINE] for match in MAKE.findall(text)]


def test_what_args_hands_over_is_what_the_command_behind_takes() -> None:
    assert len(make_commands()) > 20
    for target, variables in make_commands():
        for value in re.findall(r"ARGS=(\"[^\"]*\"|\S+)", variables):
            assert re.fullmatch(ARGUMENTS[target], value.strip('"'))


def test_every_right_that_a_session_takes_is_named() -> None:
    # The session is encrypted with the stack's key, for which its opener asks KMS.
    assert {"ssm:StartSession", "ecs:ExecuteCommand", "kms:GenerateDataKey"} <= set(INLINE)


def test_every_resource_that_is_replaced_exists() -> None:
    names = set(re.findall(r"'\*\*::([\w-]+)'", TEXT))
    assert len(names) == 4
    assert names <= {resource.name for resource in plan().resources}


def test_every_variable_is_set_before_it_is_used_or_the_text_says_how() -> None:
    # The backups' ID and the firewall's names are read from what a command printed.
    known = set(re.findall(r"Set `(\w+)`", TEXT)) | {"METRIC"}
    for line in LINES:
        known |= set(re.findall(r"\b([A-Z_]+)=", line)) | set(re.findall(r"for ([A-Z]+) in", line))
        if line.startswith("read -r"):
            known |= set(line.split("<<<")[0].split()[2:])
        assert set(re.findall(r"\$\{?([A-Z_]+)", line)) <= known, line


def test_what_scripts_refer_to_is_a_heading() -> None:
    source = (ROOT / "health/service_health.py").read_text()
    headings = re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    referred = re.findall(r'"([A-Z][\w ]+)" in docs/operations.md', source)
    assert referred
    assert set(referred) <= set(headings)
    # Within the document too.
    within = re.findall(r"[Ss]ee\s+\"([^\"]+)\"|\(\"([^\"]+)\"\)", " ".join(TEXT.split()))
    assert {one or other for one, other in within} <= set(headings)


def test_every_alarm_is_told_with_the_threshold_that_it_has() -> None:
    rows = []
    everything, service = recorded("observability with everything"), plan().one(aws.cloudwatch.MetricAlarm, "webui-5xx")
    for found in [service, *everything.of_type(aws.cloudwatch.MetricAlarm)]:
        name = found.name.removeprefix("observability-")
        name = re.sub(rf"^(webui|worker|{LONGEST_SERVICE})-", "<service>-", re.sub(r"^cache-\d+", "cache-<node>", name))
        alarm = found.inputs
        unit = re.search(r"\((\w+)\)", alarm["alarmDescription"])
        threshold = OF_THE_STACK.get(name, f"{alarm['threshold']:,}{f' {unit[1]}' if unit else ''}")
        below = "under " if alarm["comparisonOperator"] == "LessThanThreshold" else ""
        rows.append(f"| `{name}` | {below}{threshold} | {alarm['evaluationPeriods']} of {alarm['period'] // 60} min |")
    told = TEXT[TEXT.index("## An alarm") : TEXT.index("## Scaling")]
    assert re.findall(r"^\| `.*$", told, re.MULTILINE) == list(dict.fromkeys(rows))
