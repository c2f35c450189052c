"""What somebody did, in words: the verbs of the audit trail."""

from django.utils.translation import gettext_lazy as _

from audit.enums import Channel

VERBS = {
    "device.change": _("Device state recorded"),
    "device.correct": _("Device state corrected"),
    "project.change": _("Construction status recorded"),
    "project.correct": _("Construction status corrected"),
    "attainment.record": _("Requirement recorded as fulfilled or not"),
    "delivery.book": _("Delivery booked"),
    "delivery.file": _("Devices assigned to their delivery"),
    "import_profile.create": _("Import profile made"),
    "import_profile.change": _("Import profile changed"),
    "import_profile.delete": _("Import profile deleted"),
    "delivery.compare": _("Delivery compared with a list"),
    "device.receive": _("Devices of a work-list created"),
    "finding.finish": _("Findings dealt with"),
    "finding.reopen": _("Findings opened again"),
    "order.create": _("Order placed"),
    "import.undo": _("Import undone"),
    "import.redo": _("Undone import brought back for another check"),
    "membership.grant": _("Role granted"),
    "token.create": _("Access token made"),
    "token.revoke": _("Access token withdrawn"),
}


def verb_text(verb: str, channel: str = "") -> str:
    """The verb in words; an import is an import whatever it changes; an unknown verb as it is."""
    if verb not in VERBS and (channel == Channel.IMPORT or verb.startswith("import")):
        return str(_("Workbook imported"))
    return str(VERBS.get(verb, verb))
