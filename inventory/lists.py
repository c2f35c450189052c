"""What lists show of device models: values by the keys of their columns, for export and import alike."""

from typing import Any

from inventory.models import DeviceModel


def model_cells(model: DeviceModel) -> dict[str, Any]:
    """``category``: its key."""
    return {
        "manufacturer": model.manufacturer.name,
        "model": model.name,
        "category": model.category_id,
        "price": model.price,
    }
