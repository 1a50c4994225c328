"""Task sizes that Fargate runs (RegisterTaskDefinition): 77 pairs of CPU units and MiB."""

from collections.abc import Mapping
from itertools import pairwise

MEMORY_FOR_CPU: Mapping[int, tuple[int, ...]] = {
    256: (512, 1024, 2048),
    512: tuple(range(1024, 4096 + 1, 1024)),
    1024: tuple(range(2048, 8192 + 1, 1024)),
    2048: tuple(range(4096, 16384 + 1, 1024)),
    4096: tuple(range(8192, 30720 + 1, 1024)),
    8192: tuple(range(16384, 61440 + 1, 4096)),
    16384: tuple(range(32768, 122880 + 1, 8192)),
    32768: (61440, 122880, 249856),
}
"""CPU units (1024 are one vCPU) to the memory sizes in MiB that go with them."""


def cpu_problem(cpu: int) -> str | None:
    """What is allowed if Fargate has no such CPU size, else None."""
    if cpu in MEMORY_FOR_CPU:
        return None
    return f"must be one of {', '.join(map(str, MEMORY_FOR_CPU))} (Fargate CPU units)"


def memory_problem(cpu: int, memory: int) -> str | None:
    """What is allowed if Fargate does not pair this memory with a valid CPU size, else None."""
    sizes = MEMORY_FOR_CPU[cpu]
    if memory in sizes:
        return None
    steps = {high - low for low, high in pairwise(sizes)}
    if len(steps) == 1:
        allowed = f"{sizes[0]} to {sizes[-1]} in steps of {steps.pop()}"
    else:
        allowed = f"one of {', '.join(map(str, sizes))}"
    return f"must be {allowed} MiB for {cpu} CPU units (Fargate task sizes)"


def nearest_memory(cpu: int, memory: int) -> int:
    """The size in MiB that Fargate offers with this valid CPU size and that is nearest to `memory`."""
    return min(MEMORY_FOR_CPU[cpu], key=lambda size: (abs(size - memory), size))
