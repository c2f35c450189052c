"""Device models of the demo city, and how numbers are shared out among schools."""

from collections.abc import Sequence
from typing import NamedTuple


class ModelPlan(NamedTuple):
    """``category``: key of the inventory; ``price``: gross, in euro; ``prefix`` of its serials."""

    manufacturer: str
    name: str
    category: str
    price: str
    prefix: str

    @property
    def is_tested(self) -> bool:
        return self.category not in ("tablet", "access_point")


IPAD_8 = ModelPlan("Apple", "iPad 10,2 (8. Gen.) 32 GB", "tablet", "349.00", "DMPF")
IPAD_9 = ModelPlan("Apple", "iPad 10,2 (9. Gen.) 64 GB", "tablet", "360.00", "GG7K")
IPAD_10 = ModelPlan("Apple", "iPad 10,9 (10. Gen.) 64 GB", "tablet", "429.00", "L4QX")
IPAD_11 = ModelPlan("Apple", "iPad 11 (A16) 128 GB", "tablet", "399.00", "M9TD")
CONVERTIBLE = ModelPlan("Lenovo", "300w Gen 3", "convertible", "449.00", "PF3")
TEACHER_LAPTOP = ModelPlan("Dell", "Latitude 3520", "laptop", "499.00", "7XK")
NEW_LAPTOP = ModelPlan("Lenovo", "ThinkPad L14 Gen 5", "laptop", "849.00", "PW0")
OLD_LAPTOP = ModelPlan("Fujitsu", "Lifebook A357", "laptop", "520.00", "DSE")
BOARD_75 = ModelPlan("Promethean", "ActivPanel 9 75 Zoll", "board", "4190.00", "A9P")
BOARD_86 = ModelPlan("SMART", "Board MX286", "board", "5290.00", "SMX")
OLD_PROJECTOR = ModelPlan("Epson", "EB-685W", "projector", "1290.00", "X4B")
PROJECTOR = ModelPlan("Epson", "EB-735Fi", "projector", "1890.00", "X7F")
ACCESS_POINT = ModelPlan("LANCOM", "LX-6400", "access_point", "489.00", "LX6")
ACCESS_POINT_7 = ModelPlan("LANCOM", "LX-7500", "access_point", "699.00", "LX7")
SWITCH = ModelPlan("Aruba", "2930F 24G PoE+", "switch", "1450.00", "CN0")
SERVER = ModelPlan("Dell", "PowerEdge T350", "server", "3890.00", "9PE")
TROLLEY = ModelPlan("parat", "PARAPROJECT Cart i32", "trolley", "1990.00", "PPC")
CAMERA = ModelPlan("ELMO", "L-12F", "document_camera", "690.00", "EL1")

MODELS = (
    IPAD_8, IPAD_9, IPAD_10, IPAD_11, CONVERTIBLE, TEACHER_LAPTOP, NEW_LAPTOP, OLD_LAPTOP, BOARD_75, BOARD_86,
    OLD_PROJECTOR, PROJECTOR, ACCESS_POINT, ACCESS_POINT_7, SWITCH, SERVER, TROLLEY, CAMERA,
)  # fmt: skip


def shared_out(number: int, weights: Sequence[float]) -> list[int]:
    """``number`` things by weight, to the last one (largest remainder)."""
    total = sum(weights)
    exact = [number * weight / total for weight in weights]
    parts = [int(part) for part in exact]
    by_remainder = sorted(range(len(parts)), key=lambda n: parts[n] - exact[n])
    for n in by_remainder[: number - sum(parts)]:
        parts[n] += 1
    return parts
