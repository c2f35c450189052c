"""All kinds of workbooks that can be taken in."""

from imports.enums import KindName
from imports.kinds.base import Kind
from imports.kinds.costs import COSTS
from imports.kinds.deliveries import DELIVERIES
from imports.kinds.devices import DEVICES
from imports.kinds.headcounts import HEADCOUNTS
from imports.kinds.mdm import MDM
from imports.kinds.models import MODELS
from imports.kinds.orders import ORDERS
from imports.kinds.projects import PROJECTS
from imports.kinds.rooms import ROOMS
from imports.kinds.schools import SCHOOLS

#: Of kinds that the headings of a table allow alike the first is meant: those that ask for more come first.
_ALL = (MDM, DELIVERIES, DEVICES, COSTS, PROJECTS, HEADCOUNTS, ROOMS, ORDERS, MODELS, SCHOOLS)
KINDS: dict[str, Kind] = {str(kind.name): kind for kind in _ALL}

__all__ = ["KINDS", "Kind", "KindName"]
