"""States of devices and what each of them means for the equipment standard."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DeviceStatus(TextChoices):
    """States of portable devices and of installed ones; which apply stands in ``workflow``."""

    PLANNED = "planned", _("planned")
    ORDERED = "ordered", _("ordered")
    DELIVERED = "delivered", _("delivered")
    INVENTORIED = "inventoried", _("inventoried")
    CONFIGURED = "configured", _("configured")
    IN_STOCK = "in_stock", _("in stock")
    ROOM_PREPARED = "room_prepared", _("room prepared")
    MOUNTED = "mounted", _("mounted")
    TESTED = "tested", _("electrically tested")
    ACCEPTED = "accepted", _("accepted")
    IN_SERVICE = "in_service", _("in service")
    RETURNED = "returned", _("returned")
    IN_REPAIR = "in_repair", _("in repair")
    DEFECTIVE = "defective", _("defective")
    DISMOUNTED = "dismounted", _("dismounted")
    LOST = "lost", _("lost")
    STOLEN = "stolen", _("stolen")
    RETIRED = "retired", _("retired")
    DISPOSED = "disposed", _("disposed")


_S = DeviceStatus

#: Counts towards the standard.
COUNTS = (_S.IN_SERVICE,)
#: Shown as "on the way", never as present.
ON_THE_WAY = (
    _S.ORDERED,
    _S.DELIVERED,
    _S.INVENTORIED,
    _S.CONFIGURED,
    _S.ROOM_PREPARED,
    _S.MOUNTED,
    _S.TESTED,
    _S.ACCEPTED,
)
#: No longer there.
GONE = (_S.LOST, _S.STOLEN, _S.RETIRED, _S.DISPOSED)
#: Taken out of use on purpose: of what is bound only with a reason.
RETIREMENT = (_S.RETIRED, _S.DISPOSED)
#: A device that needs somebody's attention.
BROKEN = (_S.IN_REPAIR, _S.DEFECTIVE)

#: An installed device hangs where it belongs.
HANGING = (_S.MOUNTED, _S.TESTED, _S.ACCEPTED, _S.IN_SERVICE)


class WorkflowKind(TextChoices):
    PORTABLE = "portable", _("portable")
    INSTALLED = "installed", _("installed in a room")


class Use(TextChoices):
    """For whom a device is there: a role, never a person."""

    PUPILS = "pupils", _("pupils")
    TEACHERS = "teachers", _("teachers")
    ADMINISTRATION = "administration", _("administration")
    ROOM = "room", _("room")


class ScanMode(TextChoices):
    """What scanning a device does to it."""

    FIND = "find", _("find")
    IN_SERVICE = "in_service", _("put into service")
    MOVE = "move", _("move")
    RETURN = "return", _("take back")
    REPAIR = "repair", _("to repair")
    RETIRE = "retire", _("retire")
    STATUS = "status", _("other status")
    RECEIVE = "receive", _("receive")


class Verdict(TextChoices):
    """What came of one scan."""

    DONE = "done", _("done")
    ALREADY = "already", _("already so")
    FOUND = "found", _("found")
    UNKNOWN = "unknown", _("unknown number")
    AMBIGUOUS = "ambiguous", _("several devices")
    TWICE = "twice", _("scanned twice")
    REFUSED = "refused", _("not possible")
    MEANWHILE = "meanwhile", _("changed meanwhile")


#: Scans that somebody has to look at.
UNSOLVED = (Verdict.UNKNOWN, Verdict.AMBIGUOUS, Verdict.REFUSED, Verdict.MEANWHILE)


class StockFinding(TextChoices):
    """What a stocktake says of a device."""

    MISSING = "missing", _("missing")
    FOUND = "found", _("found")
    ELSEWHERE = "elsewhere", _("recorded elsewhere")
    UNEXPECTED = "unexpected", _("recorded as gone or not delivered")
    UNKNOWN = "unknown", _("unknown number")


#: Findings that somebody has to decide about.
OPEN_FINDINGS = (StockFinding.ELSEWHERE, StockFinding.UNEXPECTED, StockFinding.UNKNOWN)
#: Not there yet: no stocktake expects it.
NOT_YET = (_S.PLANNED, _S.ORDERED)


class DefectKind(TextChoices):
    """What somebody without tools can see; first what is reported most."""

    SCREEN = "screen", _("screen or glass broken")
    POWER = "power", _("does not start, battery or charging")
    CONNECTION = "connection", _("no network or no connection")
    INPUT = "input", _("touch, pen, keyboard or mouse")
    SOUND = "sound", _("sound, camera or microphone")
    CASE = "case", _("case, stand or cable damaged")
    SOFTWARE = "software", _("operating system or app")
    OTHER = "other", _("something else")


class DefectStatus(TextChoices):
    REPORTED = "reported", _("reported")
    TAKEN = "taken", _("taken over")
    SENT = "sent", _("sent to repair")
    BACK = "back", _("back from repair")
    CLOSED = "closed", _("closed")


class DefectResult(TextChoices):
    REPAIRED = "repaired", _("repaired")
    REPLACED = "replaced", _("replaced by another device")
    NO_DEFECT = "no_defect", _("no defect found")
    RETIRED = "retired", _("cannot be repaired")


class HandOutKind(TextChoices):
    """To whom a device is handed out: never to a person."""

    POOL = "pool", _("pool of the school")
    ROOM = "room", _("room")
    ROLE = "role", _("role")


class ReturnOutcome(TextChoices):
    """What came of a code that was scanned at a return."""

    RETURNED = "returned", _("returned")
    EXTRA = "extra", _("returned, but was not on the list")
    AGAIN = "again", _("had been returned already")
    ALIKE = "alike", _("not unambiguous: please check the number")
    ELSEWHERE = "elsewhere", _("belongs to another school or to the store")
    REFUSED = "refused", _("cannot be returned in its present state")
    UNKNOWN = "unknown", _("no device has this number")


class RetirementStep(TextChoices):
    """What is put on paper of the end of a device, in the usual order."""

    RETIRED = "retired", _("retired")
    ERASED = "erased", _("data erased")
    DISPOSED = "disposed", _("disposed")


class RetirementWay(TextChoices):
    """Why a device was retired, how its data were erased, where it went; see ``RETIREMENT_WAYS``.

    Grades of destruction of data carriers: ISO/IEC 21964 (DIN 66399); taking back electrical devices: ElektroG.
    """

    BROKEN = "broken", _("cannot be repaired, or not worth it")
    OUTDATED = "outdated", _("too old for its task")
    UNSUPPORTED = "unsupported", _("no security updates any more")
    SURPLUS = "surplus", _("not needed any more")
    LOST = "lost", _("lost, written off")
    STOLEN = "stolen", _("stolen, written off")
    LEASE_ENDED = "lease_ended", _("lease or loan ended")
    OVERWRITTEN = "overwritten", _("overwritten by an erasure program")
    KEY_DESTROYED = "key_destroyed", _("encrypted device set back, key destroyed")
    REMOTE = "remote", _("erased by the device management")
    CARRIER_DESTROYED = "carrier_destroyed", _("data carrier destroyed (ISO/IEC 21964, DIN 66399)")
    NO_DATA = "no_data", _("checked: there are no data on it")
    RECYCLED = "recycled", _("handed to a certified recycler (ElektroG)")
    GIVEN_BACK = "given_back", _("given back to supplier, maker or lessor")
    SOLD = "sold", _("sold")
    DONATED = "donated", _("given away")
    PARTS = "parts", _("taken apart for spare parts")


_W = RetirementWay
RETIREMENT_WAYS: dict[str, tuple[RetirementWay, ...]] = {
    RetirementStep.RETIRED: (
        _W.BROKEN, _W.OUTDATED, _W.UNSUPPORTED, _W.SURPLUS, _W.LOST, _W.STOLEN, _W.LEASE_ENDED,
    ),
    RetirementStep.ERASED: (_W.OVERWRITTEN, _W.KEY_DESTROYED, _W.REMOTE, _W.CARRIER_DESTROYED, _W.NO_DATA),
    RetirementStep.DISPOSED: (_W.RECYCLED, _W.GIVEN_BACK, _W.SOLD, _W.DONATED, _W.PARTS),
}  # fmt: skip


class RetirementGap(TextChoices):
    """What is still missing of devices that are retired."""

    REASON = "reason", _("retired without a reason on record")
    ERASURE = "erasure", _("retired or disposed of without proof of erasure")
    DISPOSAL = "disposal", _("retired, not yet disposed of")


class StepKind(TextChoices):
    """Steps of an installation of which more is known than the state that follows."""

    MOUNTED = "mounted", _("mounted")
    ACCEPTED = "accepted", _("accepted")
    TRAINED = "trained", _("training held")
    FAILED = "failed", _("electrical test not passed")


class MountKind(TextChoices):
    """How a board or projector hangs."""

    WALL = "wall", _("fixed to the wall")
    LIFT = "lift", _("height-adjustable")
    STAND = "stand", _("on a stand")
    CEILING = "ceiling", _("on the ceiling")


class Acceptor(TextChoices):
    """Who accepts an installation: a role, never a person."""

    IT = "it", _("IT of the authority")
    BUILDINGS = "buildings", _("building department")
    SCHOOL = "school", _("school")
    EXPERT = "expert", _("external expert")
