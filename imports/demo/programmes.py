"""Programmes that pay in the demo city, and how they are mixed."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from funding.enums import BindingStart
from schools.enums import Trade

DIGITALPAKT, DIGITALPAKT_2, REACT, TEACHERS = "digitalpakt", "digitalpakt-2", "react-eu", "leihgeraete-lehrkraefte"
PUPILS, FIBRE, WORKS, OWN = "sofortausstattung", "glasfaser-schulen", "gute-schule", "own"

#: ``((key of a programme, percent) …)``: how something is paid.
Shares = tuple[tuple[str, int], ...]


def whole(key: str) -> Shares:
    return ((key, 100),)


#: What is eligible in part only; who pays the tablets of 2022.
NETWORK_MIX: Shares = ((DIGITALPAKT, 70), (OWN, 30))
TABLET_MIX: Shares = ((DIGITALPAKT, 60), (OWN, 40))
MIXES = {
    NETWORK_MIX: "DigitalPakt 70 % / Eigenmittel 30 %",
    TABLET_MIX: "DigitalPakt 60 % / Eigenmittel 40 %",
}
#: Who pays the devices of an order; the others own money.
FUNDED_ORDERS: Mapping[str, Shares] = {
    "B-2020-014": whole(PUPILS),
    "B-2021-002": whole(TEACHERS),
    "B-2021-027": whole(DIGITALPAKT),
    "B-2022-018": TABLET_MIX,
    "B-2025-012": whole(DIGITALPAKT_2),
    "B-2026-007": whole(DIGITALPAKT_2),
}


class Due(NamedTuple):
    name: str
    on: date
    done_on: date | None = None


class ProgrammePlan(NamedTuple):
    """``notices``: day, number and percent of all that is granted. ``ends_on``: last day of the implementation."""

    key: str
    name: str
    funder: str
    rate: int
    begins_on: date
    ends_on: date
    notices: tuple[tuple[date, str, int], ...]
    binding: tuple[BindingStart, int | None] = (BindingStart.NONE, None)
    trades: tuple[Trade, ...] = ()
    categories: tuple[str, ...] = ()
    cap_per_device: Decimal | None = None
    is_tied: bool = False
    proof_due_on: date | None = None
    milestones: tuple[Due, ...] = ()
    contact: str = ""
    note: str = ""

    def covers(self, first: date, last: date) -> bool:
        """Whether contract and last invoice lie in the implementation period."""
        return self.begins_on <= first and last <= self.ends_on


_NETWORK = (Trade.LAN, Trade.WLAN, Trade.PRESENTATION)
GRANTS = {
    plan.key: plan
    for plan in (
        ProgrammePlan(
            DIGITALPAKT, "DigitalPakt Schule", "Bund und Land", 90, date(2019, 5, 17), date(2024, 10, 31),
            ((date(2020, 3, 12), "DP-2020-0417", 52), (date(2021, 2, 25), "DP-2021-0093", 33),
             (date(2022, 4, 7), "DP-2022-0211 (Aufstockung)", 15)),
            (BindingStart.END_OF_PERIOD, 5), _NETWORK, ("board", "projector", "convertible", "tablet", "access_point",
            "switch"), proof_due_on=date(2025, 4, 30), contact="Bezirksregierung, Dezernat 48",
            milestones=(Due("Antragsschluss", date(2021, 12, 31), date(2021, 12, 9)),
                        Due("Abruf der letzten Mittel", date(2024, 12, 15), date(2024, 11, 28)),
                        Due("Verwendungsnachweis", date(2025, 4, 30), date(2025, 4, 24))),
        ),
        ProgrammePlan(
            DIGITALPAKT_2, "DigitalPakt 2.0", "Bund und Land", 90, date(2025, 1, 1), date(2030, 12, 31),
            ((date(2024, 12, 19), "DP2-2024-0012", 80), (date(2026, 5, 11), "DP2-2026-0148", 20)),
            (BindingStart.END_OF_PERIOD, 5), _NETWORK, ("board", "tablet", "access_point", "switch"),
            proof_due_on=date(2031, 6, 30), contact="Bezirksregierung, Dezernat 48",
            milestones=(Due("Antragsschluss", date(2027, 12, 31)), Due("Verwendungsnachweis", date(2031, 6, 30))),
        ),
        ProgrammePlan(
            REACT, "Digitale Ausstattungsoffensive (REACT-EU)", "EU und Land", 100, date(2022, 3, 1),
            date(2023, 12, 31), ((date(2022, 10, 27), "DAO-2022-338", 100),), (BindingStart.PURCHASE, 5),
            categories=("board",), is_tied=True, proof_due_on=date(2024, 3, 31),
            contact="Bezirksregierung, Dezernat 49", note="Nur für die im Bescheid genannten Schulen.",
            milestones=(Due("Verwendungsnachweis", date(2024, 3, 31), date(2024, 3, 18)),),
        ),
        ProgrammePlan(
            TEACHERS, "Leihgeräte für Lehrkräfte", "Land", 100, date(2020, 7, 28), date(2021, 12, 31),
            ((date(2020, 12, 3), "LL-2020-0871", 100),), (BindingStart.PURCHASE, 4), categories=("tablet", "laptop"),
            cap_per_device=Decimal(500), proof_due_on=date(2022, 3, 31),
            milestones=(Due("Verwendungsnachweis", date(2022, 3, 31), date(2022, 3, 29)),),
        ),
        ProgrammePlan(
            PUPILS, "Sofortausstattungsprogramm", "Bund und Land", 90, date(2020, 3, 16), date(2021, 7, 31),
            ((date(2020, 6, 18), "SAP-2020-0150", 100),), (BindingStart.PURCHASE, 4), categories=("tablet",),
            cap_per_device=Decimal(500), proof_due_on=date(2021, 10, 31),
            milestones=(Due("Verwendungsnachweis", date(2021, 10, 31), date(2021, 10, 20)),),
        ),
        ProgrammePlan(
            FIBRE, "Glasfaser für Schulen", "Bund und Land", 80, date(2020, 6, 1), date(2022, 12, 31),
            ((date(2020, 9, 3), "GF-2020-0032", 100),), trades=(Trade.FIBRE,), proof_due_on=date(2023, 6, 30),
            milestones=(Due("Verwendungsnachweis", date(2023, 6, 30), date(2023, 6, 12)),),
        ),
        ProgrammePlan(
            WORKS, "Gute Schule 2020", "Land (Förderbank)", 100, date(2017, 1, 1), date(2023, 12, 31),
            ((date(2017, 6, 1), "GS-2017-11", 40), (date(2020, 5, 14), "GS-2020-64", 60)),
            note="Kredit, den das Land tilgt.",
        ),
    )
}  # fmt: skip
