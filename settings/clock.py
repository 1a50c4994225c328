"""The day on which a stack is planned, for rules about dates; the plan's prices go by the same."""

from problems.clock import AS_OF, today

__all__ = ["AS_OF", "today"]
