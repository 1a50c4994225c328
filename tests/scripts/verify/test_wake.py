"""`make wake`: what a schedule has stopped gets the tasks of the stack's file, and nothing else is touched."""

from scripts import wake
from tests.scripts.deployed_stack import Body, Run, Stack, services
from tests.scripts.standins import Outcome

CONFIG = """config:
  aws:region: eu-west-1
  webui-bedrock:gateway:
    image: "{account}.dkr.ecr.{region}.amazonaws.com/gateway:1.2.3"
    scaling: {min: 1, max: 4}
  webui-bedrock:webui: {scaling: {min: 1, max: 6}}
"""


def bounds(stack: Stack, app: str) -> tuple[int, int]:
    found = stack.client("application-autoscaling").describe_scalable_targets(
        ServiceNamespace="ecs", ResourceIds=[stack.scaled(app)["ResourceId"]]
    )["ScalableTargets"]
    return found[0]["MinCapacity"], found[0]["MaxCapacity"]


def sends_to_sleep(stack: Stack, *apps: str) -> None:
    for app in apps:
        scaling = stack.client("application-autoscaling")
        scaling.register_scalable_target(**stack.scaled(app), MinCapacity=0, MaxCapacity=0)


def woken(stack: Stack) -> Outcome:
    stack.machine.write_stack(CONFIG)
    return stack.machine.run(wake.main, "--stack", "dev", sleep=lambda _: None)


def test_a_stack_that_sleeps_gets_the_tasks_of_its_file(stack: Stack) -> None:
    sends_to_sleep(stack, "webui", "gateway")
    ended = woken(stack)
    assert (bounds(stack, "webui"), bounds(stack, "gateway")) == ((1, 6), (1, 4))
    assert "gateway: 1 to 4 tasks, until its next schedule" in ended.err
    assert ended.printed.count("ok: 1 of 1 tasks run") == 2


def test_a_stack_that_sleeps_is_as_it_should_be(stack: Stack, run: Run) -> None:
    """`make verify`, and `make up` in the night."""

    def sleeps(service: Body) -> None:
        service.update(desiredCount=0, runningCount=0)

    sends_to_sleep(stack, "webui", "gateway")
    with services(sleeps), services(sleeps, "webui"):
        assert run().printed.count("ok: 0 of 0 tasks run") == 2


def test_what_is_awake_is_left_alone(stack: Stack) -> None:
    sends_to_sleep(stack, "webui")
    ended = woken(stack)
    assert (bounds(stack, "webui"), bounds(stack, "gateway")) == ((1, 6), (1, 3))
    assert "gateway" not in ended.printed


def test_a_stack_of_which_nothing_sleeps_says_so(stack: Stack) -> None:
    assert woken(stack).printed.endswith("Nothing sleeps in dev.\n")
    assert bounds(stack, "webui") == (1, 3)
