"""One module a service: its rules, what moto lacks of it, and what AWS does there by itself.

A module adds these to `rules.py` when it is loaded, and this package loads them all.
"""

from importlib import import_module
from pkgutil import iter_modules

MODULES = tuple(import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
