"""What is wrong and how to put it right: one class for settings, their warnings and the checks of every command.

Anything may import this; it needs nothing but Python and `aws_rules`, so that workflows can use it without a setup.
"""

from problems.fixes import Advice, Fix, Remove, Set, Steps
from problems.keys import NAMESPACE, Path, Scalar, key_of
from problems.problem import Problem

__all__ = ["NAMESPACE", "Advice", "Fix", "Path", "Problem", "Remove", "Scalar", "Set", "Steps", "key_of"]
