"""All kinds of workbooks that can be taken in."""

from imports.enums import KindName
from imports.kinds.base import Kind
from imports.kinds.devices import DEVICES
from imports.kinds.headcounts import HEADCOUNTS
from imports.kinds.models import MODELS
from imports.kinds.projects import PROJECTS
from imports.kinds.rooms import ROOMS
from imports.kinds.schools import SCHOOLS

KINDS: dict[str, Kind] = {str(kind.name): kind for kind in (DEVICES, PROJECTS, HEADCOUNTS, ROOMS, MODELS, SCHOOLS)}

__all__ = ["KINDS", "Kind", "KindName"]
