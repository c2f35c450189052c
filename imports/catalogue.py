"""Which model of the catalogue a row means; models that were decided to be created."""

from decimal import Decimal

from django.utils.translation import gettext as _

from audit.models import Act
from common.parsing import normalise_heading
from imports.matching import similar
from imports.preview import Choice
from inventory.models import Category, DeviceModel, Manufacturer
from inventory.services import create_models
from inventory.services.reference import NewModel


class Catalogue:
    """Models are named by their position in ``entries``; those yet to be created have no key."""

    def __init__(self) -> None:
        self.entries: list[DeviceModel] = []
        self.manufacturers = {m.key: m for m in Manufacturer.objects.all()}
        self._by_pair: dict[tuple[str, str], int] = {}
        self._by_text: dict[str, list[int]] = {}
        self._by_pk: dict[int, int] = {}
        for model in DeviceModel.objects.select_related("manufacturer", "category"):
            self._by_pk[model.pk] = self._add(model)

    def at(self, pk: int) -> int | None:
        return self._by_pk.get(pk)

    def find(self, manufacturer: str, model: str) -> int | None:
        """The one model meant; the model's text may begin with the manufacturer's name."""
        maker, key = normalise_heading(manufacturer), normalise_heading(model)
        if maker:
            position = self._by_pair.get((maker, key))
            if position is None and key.startswith(maker):
                position = self._by_pair.get((maker, key.removeprefix(maker)))
            return position
        found = self._by_text.get(key, [])
        return found[0] if len(found) == 1 else None

    def split(self, manufacturer: str, model: str) -> tuple[str, str]:
        """Manufacturer and model apart: “Apple iPad 9” where a manufacturer Apple is known."""
        words = model.split()
        if manufacturer:
            is_repeated = len(words) > 1 and normalise_heading(words[0]) == normalise_heading(manufacturer)
            return manufacturer, " ".join(words[1:]) if is_repeated else model
        for count in range(len(words) - 1, 0, -1):
            if known := self.manufacturers.get(normalise_heading(" ".join(words[:count]))):
                return known.name, " ".join(words[count:])
        return "", model

    def plan_new(self, manufacturer: str, name: str, category: Category, price: Decimal | None = None) -> int:
        """Make a model known that ``create`` will write."""
        key = normalise_heading(manufacturer)
        maker = self.manufacturers.setdefault(key, Manufacturer(name=manufacturer, key=key))
        new = DeviceModel(manufacturer=maker, name=name, key=normalise_heading(name), category=category, price=price)
        return self._add(new)

    def create(self, positions: set[int], act: Act) -> None:
        """Write those of the planned models at ``positions``."""
        new = sorted(position for position in positions if self.entries[position].pk is None)
        wanted = [self.entries[position] for position in new]
        created = create_models([NewModel(m.manufacturer.name, m.name, m.category, m.price) for m in wanted], act)
        for position, model in zip(new, created, strict=True):
            self.entries[position] = model

    def similar(self, text: str) -> list[Choice]:
        return similar(text, [(m.pk, str(m)) for m in self.entries if m.pk is not None])

    def _add(self, model: DeviceModel) -> int:
        position = len(self.entries)
        self.entries.append(model)
        self._by_pair[model.manufacturer.key, model.key] = position
        for text in {model.key, model.manufacturer.key + model.key}:
            self._by_text.setdefault(text, []).append(position)
        return position


def obstacle_to_create(manufacturer: str, category: Category | None) -> str:
    """Why a model cannot be created from what the rows say; empty where it can."""
    if not manufacturer:
        return _("To create it, its manufacturer is needed: please add a column “Manufacturer”.")
    if category is None:
        return _("To create it, its category is needed: please add a column “Category”.")
    return ""
