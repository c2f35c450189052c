"""How many of the devices that arrive go to which school: a proposal by gap, which a person then edits. Pure."""

from collections.abc import Iterable, Sequence
from enum import Enum
from fractions import Fraction
from typing import NamedTuple


class Why(Enum):
    """Why a school gets what it gets; a page says it in words."""

    WHOLE_GAP = "whole_gap"
    LIMIT = "limit"
    ROUNDED_UP = "rounded_up"
    ROUNDED_DOWN = "rounded_down"
    TIE_WON = "tie_won"
    TIE_LOST = "tie_lost"
    NO_GAP = "no_gap"


class Claim(NamedTuple):
    """``gap``: devices that the school lacks; ``limit``: so many at most, by the programme (``None``: no limit)."""

    school: int
    gap: int
    limit: int | None = None

    @property
    def most(self) -> int:
        return self.gap if self.limit is None else min(self.gap, self.limit)


class Share(NamedTuple):
    """``quota``: the exact share by gap, before rounding; ``given``: whole devices."""

    school: int
    gap: int
    quota: Fraction
    given: int
    why: Why


def distribute(available: int, claims: Sequence[Claim]) -> list[Share]:
    """Share ``available`` devices by gap: the method of the largest remainder (Hare–Niemeyer), in the given order.

    Nobody gets more than the gap or the limit; what a limit leaves goes to the others by their gaps. Of equal
    remainders the larger gap comes first, then the one named first. What is left over where all are served stays
    with the caller: ``available`` less the sum of ``given``.

    Raises ``ValueError`` for negative numbers and for a school named twice.
    """
    if available < 0 or any(claim.gap < 0 or claim.most < 0 for claim in claims):
        raise ValueError("no negative numbers of devices")
    if len({claim.school for claim in claims}) < len(claims):
        raise ValueError("a school is named once")
    quotas = _quotas(available, claims)
    winners, boundary = _rounded_up(available, claims, quotas)
    return [_share(claim, quotas[claim.school], winners, boundary) for claim in claims]


def _quotas(available: int, claims: Iterable[Claim]) -> dict[int, Fraction]:
    """Exact shares by gap; whoever would get more than its most gets that, and the rest is shared anew."""
    quotas: dict[int, Fraction] = {}
    rest, open_claims = Fraction(available), [claim for claim in claims if claim.most]
    quotas.update({claim.school: Fraction(0) for claim in claims if not claim.most})
    while open_claims:
        whole = sum(claim.gap for claim in open_claims)
        full = [claim for claim in open_claims if rest * claim.gap >= claim.most * whole]
        if not full:
            return quotas | {claim.school: rest * claim.gap / whole for claim in open_claims}
        quotas.update({claim.school: Fraction(claim.most) for claim in full})
        rest -= sum(claim.most for claim in full)
        open_claims = [claim for claim in open_claims if claim.school not in quotas]
    return quotas


def _rounded_up(
    available: int, claims: Sequence[Claim], quotas: dict[int, Fraction]
) -> tuple[frozenset[int], Fraction | None]:
    """Schools that get one more than the whole part, and the remainder for which not everybody did."""
    seats = min(available, sum(claim.most for claim in claims)) - sum(int(quota) for quota in quotas.values())
    ranked = sorted(claims, key=lambda claim: (-_remainder(quotas[claim.school]), -claim.gap))
    ranked = [claim for claim in ranked if _remainder(quotas[claim.school])]
    winners = frozenset(claim.school for claim in ranked[:seats])
    if not 0 < seats < len(ranked):
        return winners, None
    last, first_out = (_remainder(quotas[ranked[n].school]) for n in (seats - 1, seats))
    return winners, last if last == first_out else None


def _remainder(quota: Fraction) -> Fraction:
    return quota - int(quota)


def _share(claim: Claim, quota: Fraction, winners: frozenset[int], boundary: Fraction | None) -> Share:
    has_won = claim.school in winners
    return Share(claim.school, claim.gap, quota, int(quota) + has_won, _why(claim, quota, has_won, boundary))


def _why(claim: Claim, quota: Fraction, has_won: bool, boundary: Fraction | None) -> Why:
    if not claim.gap:
        return Why.NO_GAP
    if quota == claim.most:
        return Why.WHOLE_GAP if claim.most == claim.gap else Why.LIMIT
    if boundary is not None and _remainder(quota) == boundary:
        return Why.TIE_WON if has_won else Why.TIE_LOST
    return Why.ROUNDED_UP if has_won else Why.ROUNDED_DOWN
