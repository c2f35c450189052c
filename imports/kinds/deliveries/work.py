"""What a plan for deliveries will write, and the writing."""

from dataclasses import dataclass, field
from typing import Any

from audit.models import Act
from imports.kinds.deliveries.stock import Note
from imports.preview import Plan
from imports.references import remember_aliases
from inventory.services import book_deliveries, update_details
from inventory.services.deliveries import NewDelivery
from inventory.services.receipt import Code
from schools.models import School


@dataclass(slots=True)
class DeliveryWork:
    """``new`` and ``filed``: row and code of each device, per note; ``tags``: asset tags of devices that had none."""

    aliases: dict[str, School]
    notes: dict[Note, NewDelivery] = field(default_factory=dict)
    new: dict[Note, list[tuple[int, Code]]] = field(default_factory=dict)
    filed: dict[Note, list[tuple[int, Code]]] = field(default_factory=dict)
    tags: dict[int, dict[str, Any]] = field(default_factory=dict)

    def write(self, plan: Plan, act: Act) -> None:
        """A row that turned out to repeat another was rejected after it had been looked at."""
        remember_aliases(self.aliases, act)
        notes = []
        for key, note in self.notes.items():
            new, filed = (
                [code for i, code in found.get(key, ()) if plan.is_open(i)] for found in (self.new, self.filed)
            )
            if new or filed:
                notes.append(note._replace(serials=new, filed=filed))
        if notes:
            book_deliveries(notes, act)
        if self.tags:
            update_details(self.tags, act)
