"""The resource monitor and the log of the in-process engine: records each request and answers it."""

import dataclasses
import json
import logging
from contextlib import suppress
from typing import Any, Final

from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi import RunError
from pulumi.runtime.mocks import MockCallArgs, MockEngine, MockMonitor, MockResourceArgs, Mocks
from pulumi.runtime.proto import engine_pb2, resource_pb2
from typing_extensions import override

from offline.engine import protobuf, registrations
from offline.engine.answers import Answers
from offline.engine.aws_facts import AwsFacts
from offline.engine.network_answers import NothingFoundError
from offline.engine.outputs import automatic_name, computed_outputs
from offline.engine.recording import STACK_TYPE, Invoke, Recording, Resource, urn_of

_SEVERITIES: Final = {engine_pb2.INFO: "info", engine_pb2.WARNING: "warning", engine_pb2.ERROR: "error"}


class Engine(MockEngine):
    """Keeps what the program logs."""

    def __init__(self) -> None:
        super().__init__(logging.getLogger("offline"))
        self.messages: list[tuple[str, str]] = []

    @override
    def Log(self, request: engine_pb2.LogRequest) -> Empty:
        """Keeps one message; debug messages are dropped, as the CLI does by default."""
        severity = _SEVERITIES.get(request.severity)
        if severity is not None:
            self.messages.append((severity, request.message))
        return Empty()


class _Unused(Mocks):
    """`Monitor` answers by itself; the SDK only wants something of this type."""

    def call(self, args: MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        raise NotImplementedError(args.token)

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        raise NotImplementedError(args.typ)


class Monitor(MockMonitor):
    """Answers registrations, reads and invokes of one run, one after the other."""

    def __init__(self, facts: AwsFacts, *, config: dict[str, str], stack: str, project: str, preview: bool) -> None:
        super().__init__(_Unused())
        self._facts = facts
        self._config = config
        self._answers = Answers(facts)
        for value in config.values():
            with suppress(json.JSONDecodeError):  # a value may be any text
                self._answers.expect(json.loads(value))
        self._stack, self._project, self._preview = stack, project, preview
        self._root_urn = ""
        self._records: dict[str, Resource] = {}
        self._registered_outputs: dict[str, Struct] = {}
        self._invokes: list[Invoke] = []

    def assume(self, text: str) -> None:
        """Notes what was made up for the run."""
        self._answers.assume(text)

    @override
    def make_urn(self, parent: str, type_: str, name: str) -> str:
        return urn_of(self._stack, self._project, parent, type_, name)

    @override
    def Invoke(self, request: resource_pb2.ResourceInvokeRequest) -> resource_pb2.ResourceInvokeResponse:
        """Answers a provider function from the facts."""
        args, _ = protobuf.decode(request.args)
        response = resource_pb2.ResourceInvokeResponse()
        if request.tok == "pulumi:pulumi:getResource":  # the SDK itself asks, for a resource reference
            resource = self._records[args["urn"]]
            result = {"urn": resource.urn, "id": resource.id, "state": resource.outputs}
        else:
            try:
                result = self._answers.answer(request.tok, args)
            except NothingFoundError as error:
                response.failures.add(reason=str(error))
                return response
            self._invokes.append(Invoke(token=request.tok, args=args, result=result))
        getattr(response, "return").CopyFrom(protobuf.encode(result))
        return response

    @override
    def RegisterResource(self, request: resource_pb2.RegisterResourceRequest) -> resource_pb2.RegisterResourceResponse:
        """Records a resource and answers with its inputs and, unless previewing, what AWS would compute."""
        urn = self.make_urn(request.parent, request.type, request.name)
        if request.type == STACK_TYPE:
            self._root_urn = urn
            return resource_pb2.RegisterResourceResponse(urn=urn)
        id_, state = "", Struct()
        if request.custom or request.remote:
            id_, state = self._provide(request, request.object, request.importId)
        self._add(registrations.registered(request, urn=urn, id_=id_, root_urn=self._root_urn, state=state))
        return resource_pb2.RegisterResourceResponse(urn=urn, id=id_, object=state)

    @override
    def ReadResource(self, request: resource_pb2.ReadResourceRequest) -> resource_pb2.ReadResourceResponse:
        """Records a lookup (`Type.get`); what AWS would know of the resource is made up from its type."""
        urn = self.make_urn(request.parent, request.type, request.name)
        _, state = self._provide(request, request.properties, request.id)
        self._add(registrations.looked_up(request, urn=urn, root_urn=self._root_urn, state=state))
        return resource_pb2.ReadResourceResponse(urn=urn, properties=state)

    @override
    def RegisterResourceOutputs(self, request: resource_pb2.RegisterResourceOutputsRequest) -> Empty:
        """Keeps what a component, or the stack, gives."""
        self._registered_outputs[request.urn] = request.outputs
        return Empty()

    def _provide(
        self,
        request: resource_pb2.RegisterResourceRequest | resource_pb2.ReadResourceRequest,
        properties: Struct,
        existing_id: str,
    ) -> tuple[str, Struct]:
        """(id, state) of a resource. A preview knows no id and no output of one that does not exist yet."""
        type_, name = request.type, request.name
        inputs, _ = protobuf.decode(properties)
        computed: dict[str, Any]
        if self._preview and not existing_id:
            id_, computed = "", {**automatic_name(type_, name, inputs)}
        else:
            id_, computed = computed_outputs(type_, name, inputs, self._facts, id_=existing_id)
        for value in computed.values():
            self._answers.expect(value)
        state = Struct()
        if not type_.startswith("awsx:"):  # awsx has inputs and outputs of one name but different types
            state.CopyFrom(properties)
        state.MergeFrom(protobuf.encode(computed, secret=request.additionalSecretOutputs))
        return id_, state

    def _add(self, resource: Resource) -> None:
        urn = resource.urn
        if urn in self._records:
            first = self._records[urn].source
            raise RunError(f"Duplicate resource URN '{urn}': {resource}, first registered at {first}")
        self._records[urn] = resource

    def recording(self, log: list[tuple[str, str]]) -> Recording:
        """What has been recorded, once the program has ended."""
        exports, secret_paths = protobuf.decode(self._registered_outputs.get(self._root_urn, Struct()))
        return Recording(
            project=self._project,
            stack=self._stack,
            preview=self._preview,
            config=self._config,
            aws=self._facts,
            resources=[self._complete(self._records[urn]) for urn in sorted(self._records)],
            outputs=exports,
            secret_outputs=protobuf.top_level(secret_paths),
            invokes=self._invokes,
            log=log,
            assumptions=self._answers.assumptions,
        )

    def _complete(self, resource: Resource) -> Resource:
        outputs = self._registered_outputs.get(resource.urn)
        if outputs is None:
            return resource
        return dataclasses.replace(resource, registered_outputs=protobuf.decode(outputs)[0])
