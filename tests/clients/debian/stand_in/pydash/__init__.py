"""The few functions of pydash that azure-ai-ml 1.4.0 calls. Debian does not have the package; nothing else stands in for it."""
from . import objects
from .objects import get, has, omit, set_

__all__ = ["get", "has", "objects", "omit", "set_"]
