"""The report: what to do in which order, what is imported, created and left behind, and what will differ."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from offline.engine.recording import Recording
from scripts.cloudformation import reasons
from scripts.cloudformation.descriptions import service_address
from scripts.cloudformation.differences import VisibleChange
from scripts.cloudformation.import_file import ancestors
from scripts.cloudformation.mapping import Plan
from scripts.cloudformation.proposal import Proposal
from scripts.cloudformation.retention import Template
from scripts.cloudformation.system import System

GUIDE = "docs/migrate-from-cloudformation.md"


@dataclass(frozen=True, kw_only=True)
class Files:
    """What was written for the user."""

    resources: Path
    config: Path
    exports: Path | None = None
    """A template for the old stack; None when it exports nothing."""


@dataclass(frozen=True, kw_only=True)
class TakeOverReport:
    """Everything that there is to tell."""

    system: System
    pulumi_stack: str
    files: Files
    template: Template
    preparations: Sequence[str]
    proposal: Proposal
    plan: Plan
    recording: Recording
    differences: Sequence[VisibleChange]

    def lines(self) -> Iterator[str]:
        """The whole text; nothing of it was done."""
        stack = self.system.stack
        yield f"CloudFormation stack {stack.name} ({stack.status}) in {stack.account}, {stack.region}"
        yield "Nothing was changed in AWS. The template is not read for what things are: AWS is asked."
        yield from self._steps()
        yield from self._refused()
        yield from self._plan()
        yield f"\nWhat will differ after `make up` ({len(self.differences)})"
        for change in self.differences:
            yield f"  {change.what}: {change.now} -> {change.then}"
            yield f"      {change.why}"

    def _steps(self) -> Iterator[str]:
        yield f"\nSteps, in this order ({GUIDE} has the details)"
        numbers = iter(range(1, 100))
        for title, commands in self._all_steps().items():
            yield f"  {next(numbers)}. {title}"
            yield from (f"       {command}" for command in commands)

    def _all_steps(self) -> Mapping[str, Sequence[str]]:
        name = self.system.stack.name
        where = f"--region {self.system.stack.region} --stack-name {name}"
        # As text the AWS CLI prints a template in JSON as a table, and as JSON one in YAML as a string.
        form = self.template.format
        output = "json" if form == "json" else "text"
        steps: dict[str, Sequence[str]] = {
            f"Let CloudFormation keep everything: {self._retention()}": [
                f"aws cloudformation get-template {where} --query TemplateBody --output {output} > template.{form}",
                f"aws cloudformation update-stack {where} --template-body file://template.{form} "
                f"--capabilities CAPABILITY_NAMED_IAM{self._same_parameters()}",
            ]
        }
        if self.preparations:
            again = (
                f"rm {self.files.resources} {self.files.config}{f' {self.files.exports}' if self.files.exports else ''}"
            )
            steps["Prepare what the import cannot change, then run `make import` once more"] = [
                *self.preparations,
                f"{again} && make import CFN_STACK={name} STACK={self.pulumi_stack}",
            ]
        stack = self.pulumi_stack
        short = stack.rpartition("/")[2]
        steps["Read the proposed config and put it in place"] = [f"mv -i {self.files.config} Pulumi.{short}.yaml"]
        out = "" if self.files.resources == Path("import.json") else f" OUT={self.files.resources}"
        steps["Import, and let what is imported keep its names; AWS is not changed"] = [
            f"make take-over STACK={stack}{out}"
        ]
        steps[f"Look: {self._expected()}"] = [f'make preview STACK={stack} ARGS="--diff"']
        steps[f"Move Open WebUI's data ({GUIDE}, The data), then change over"] = [
            f'make up STACK={stack} ARGS="--refresh"',
            *self._started_again(),
            f'make verify STACK={stack} ARGS="--wait 900"',
        ]
        if replaced := list(self._replaced_services()):
            steps["Delete the services that others have replaced"] = replaced
        steps["Let the CloudFormation stack go; what it retained stays"] = self._farewell()
        return steps

    def _retention(self) -> str:
        todo = ", ".join(self.template.not_retained)
        what = f"still missing on {todo}" if todo else "done, all have it"
        return f"`DeletionPolicy: Retain` and `UpdateReplacePolicy: Retain` on every resource ({what})"

    def _expected(self) -> str:
        imported = len(self.plan.imports)
        components = [resource for resource in self.recording.resources if not resource.custom]
        known = {ancestor.urn for one in self.plan.imports for ancestor in ancestors(one.resource, self.recording)}
        created = len(self.plan.created) + sum(component.urn not in known for component in components)
        return f"{created} to create, the {imported} imported ones the same or updated, 0 to replace, 0 to delete"

    def _same_parameters(self) -> str:
        """An update asks for every parameter again, or for the value that it has."""
        said = [f" ParameterKey={name},UsePreviousValue=true" for name in self.system.stack.parameters]
        return f" --parameters{''.join(said)}" if said else ""

    def _started_again(self) -> Iterator[str]:
        """Who stopped the writer for the copy has set its tasks to 0, and scaling's limits alone start none."""
        for one in self.plan.imports:
            if one.resource.type == "aws:ecs/service:Service" and one.resource.name == "webui-service":
                cluster, name = one.id.split("/")
                where = f"--region {self.system.stack.region} --cluster {cluster} --service {name}"
                fewest = self.proposal.config["webui"]["scaling"]["min"]
                yield f"aws ecs update-service {where} --desired-count {fewest}"

    def _farewell(self) -> list[str]:
        where = f"--region {self.system.stack.region} --stack-name {self.system.stack.name}"
        if self.files.exports is None:
            return [f"aws cloudformation delete-stack {where}"]
        # While another stack imports an export, CloudFormation refuses to remove it.
        return [f"aws cloudformation update-stack {where} --template-body file://{self.files.exports}"]

    def _replaced_services(self) -> Iterator[str]:
        for left in self.plan.left:
            if left.resource.type == "AWS::ECS::Service" and left.reason != reasons.GONE:
                cluster, name = service_address(left.resource.physical_id)
                where = f"--region {self.system.stack.region} --cluster {cluster} --service {name}"
                yield f"aws ecs delete-service {where} --force"

    def _refused(self) -> Iterator[str]:
        if self.proposal.refused:
            yield "\nWhat runs now and this program does not allow; the proposed config leaves it out"
            yield from (f"  {problem.statement}" for problem in self.proposal.refused)

    def _plan(self) -> Iterator[str]:
        yield f"\nImported ({len(self.plan.imports)})"
        for one in self.plan.imports:
            yield f"  {one.live.resource} -> {one.resource.type} {one.resource.name}"
        yield f"\nLeft behind, owned by nobody once the CloudFormation stack is gone ({len(self.plan.left)})"
        yield from _by_reason((left.reason, str(left.resource)) for left in self.plan.left)
        yield f"\nCreated by `make up` ({len(self.plan.created)})"
        yield from _by_reason((made.reason, f"{made.resource.type} {made.resource.name}") for made in self.plan.created)


def _by_reason(reasons_and_things: Iterable[tuple[str, str]]) -> Iterator[str]:
    """What shares a reason stands under it."""
    things: defaultdict[str, list[str]] = defaultdict(list)
    for reason, thing in reasons_and_things:
        things[reason].append(thing)
    for reason, named in things.items():
        yield f"  Because {reason}:"
        yield from (f"      {thing}" for thing in named)
