"""The 77 task sizes of Fargate, and nothing next to them."""

import pytest

from aws_rules import fargate

# Written out from the table of RegisterTaskDefinition, not from the code: CPU units, first and last MiB, step, count.
TABLE = [
    (512, 1024, 4096, 1024, 4),
    (1024, 2048, 8192, 1024, 7),
    (2048, 4096, 16384, 1024, 13),
    (4096, 8192, 30720, 1024, 23),
    (8192, 16384, 61440, 4096, 12),
    (16384, 32768, 122880, 8192, 12),
]
LISTED = [(256, memory) for memory in (512, 1024, 2048)] + [(32768, memory) for memory in (61440, 122880, 249856)]
PAIRS = LISTED + [(cpu, memory) for cpu, low, high, step, _ in TABLE for memory in range(low, high + 1, step)]


def test_there_are_77_sizes() -> None:
    assert len(PAIRS) == 77
    assert sum(map(len, fargate.MEMORY_FOR_CPU.values())) == 77


@pytest.mark.parametrize(("cpu", "low", "high", "step", "count"), TABLE)
def test_each_cpu_size_has_its_count_of_memory_sizes(cpu: int, low: int, high: int, step: int, count: int) -> None:
    sizes = fargate.MEMORY_FOR_CPU[cpu]
    assert (sizes[0], sizes[-1], sizes[1] - sizes[0], len(sizes)) == (low, high, step, count)


@pytest.mark.parametrize(("cpu", "memory"), PAIRS)
def test_a_size_is_accepted_and_its_neighbours_are_not(cpu: int, memory: int) -> None:
    assert fargate.cpu_problem(cpu) is None
    assert fargate.memory_problem(cpu, memory) is None
    assert fargate.memory_problem(cpu, memory + 1) is not None
    assert fargate.memory_problem(cpu, memory - 1) is not None
    assert fargate.cpu_problem(cpu + 1) is not None
    assert fargate.cpu_problem(cpu - 1) is not None


@pytest.mark.parametrize(
    ("cpu", "memory"), [(256, 4096), (512, 512), (512, 5120), (1024, 1024), (1024, 9216), (4096, 31744), (8192, 17408)]
)
def test_memory_beyond_the_range_or_between_the_steps_is_refused(cpu: int, memory: int) -> None:
    assert fargate.memory_problem(cpu, memory) is not None


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
