"""One module and one blueprint an audience. `EVERY` is whatever stands in this folder: `create_app` registers them."""

from importlib import import_module
from pkgutil import iter_modules

EVERY = tuple(import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
