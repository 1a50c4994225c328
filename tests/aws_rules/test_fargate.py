"""The 77 task sizes of Fargate, and nothing next to them."""

import pytest

from aws_rules import fargate

# Written out from the table of RegisterTaskDefinition, not from the code: CPU units, first and last MiB, step.
TABLE = [
    (512, 1024, 4096, 1024),
    (1024, 2048, 8192, 1024),
    (2048, 4096, 16384, 1024),
    (4096, 8192, 30720, 1024),
    (8192, 16384, 61440, 4096),
    (16384, 32768, 122880, 8192),
]
LISTED = [(256, memory) for memory in (512, 1024, 2048)] + [(32768, memory) for memory in (61440, 122880, 249856)]
PAIRS = {*LISTED, *((cpu, memory) for cpu, low, high, step in TABLE for memory in range(low, high + 1, step))}


def test_the_sizes_are_those_of_the_table_and_no_other() -> None:
    assert len(PAIRS) == 77
    near = {(cpu, memory + beside) for cpu, memory in PAIRS for beside in (-512, -1, 0, 1, 512)}
    assert {(cpu, memory) for cpu, memory in near if fargate.memory_problem(cpu, memory) is None} == PAIRS
    assert {cpu for cpu in range(40_000) if fargate.cpu_problem(cpu) is None} == {cpu for cpu, _ in PAIRS}


def test_the_refusal_says_what_goes_with_the_cpu_size() -> None:
    assert fargate.memory_problem(8192, 17408) == (
        "must be 16384 to 61440 in steps of 4096 MiB for 8192 CPU units (Fargate task sizes)"
    )
    assert fargate.memory_problem(32768, 512) == (
        "must be one of 61440, 122880, 249856 MiB for 32768 CPU units (Fargate task sizes)"
    )


@pytest.mark.parametrize(
    ("cpu", "memory", "nearest"), [(512, 8192, 4096), (1024, 0, 2048), (8192, 17408, 16384), (1024, 2600, 3072)]
)
def test_the_nearest_size_is_offered(cpu: int, memory: int, nearest: int) -> None:
    assert fargate.nearest_memory(cpu, memory) == nearest
