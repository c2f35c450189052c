"""The cast, and the rows of the table of addresses: which code each of the cast gets."""

from typing import TypeAlias

Code: TypeAlias = int | tuple[int, ...]
Row: TypeAlias = dict[str, Code]

#: foreign_admin is school admin of another school, ended had a role in the own school until yesterday,
#: two_schools is school admin of both.
CAST = (
    "anonymous", "outsider", "foreign_admin", "ended",
    "school_reader", "school_reporter", "school_admin", "two_schools",
    "reader", "auditor", "it_staff", "manager", "administrator",
)  # fmt: skip
STRANGERS = ("outsider", "foreign_admin", "ended")
SCHOOL = ("school_reader", "school_reporter", "school_admin", "two_schools")
READERS = ("reader", "auditor")
WORKERS = ("it_staff", "manager", "administrator")


def who(*, anonymous: Code, strangers: Code, school: Code, readers: Code, workers: Code) -> Row:
    """A row by groups: no role here · roles in the school · reading for the authority · working for the authority."""
    groups = ((STRANGERS, strangers), (SCHOOL, school), (READERS, readers), (WORKERS, workers))
    return {"anonymous": anonymous} | {person: code for group, code in groups for person in group}


def but(row: Row, **codes: Code) -> Row:
    """``row`` with other codes for some of the cast; a misspelt name is an error."""
    assert codes.keys() <= set(CAST)
    return row | codes


def everybody(code: Code) -> Row:
    return dict.fromkeys(CAST, code)


# --- pages ------------------------------------------------------------------------------------------------------------

OPEN = everybody(200)
SIGNED_IN = who(anonymous=302, strangers=200, school=200, readers=200, workers=200)
#: Own record.
OWN = who(anonymous=302, strangers=404, school=200, readers=200, workers=200)
#: Own record, but only people of the authority may change it.
OWN_CHANGE = who(anonymous=302, strangers=404, school=403, readers=403, workers=200)
#: Records of the authority alone.
ORDER = who(anonymous=302, strangers=404, school=404, readers=200, workers=200)
#: Records of the authority alone, and only those who work with them.
ORDER_CHANGE = who(anonymous=302, strangers=404, school=404, readers=403, workers=200)
IMPORT = who(anonymous=302, strangers=404, school=404, readers=404, workers=200)
IMPORT_REDIRECT = but(IMPORT, it_staff=302, manager=302, administrator=302)
EXPORT = but(
    who(anonymous=302, strangers=403, school=200, readers=200, workers=200),
    foreign_admin=200,
    school_reader=403,
    school_reporter=403,
)
#: What the whole authority takes away.
WHOLE_EXPORT = who(anonymous=302, strangers=403, school=403, readers=200, workers=200)
BOOK = who(anonymous=302, strangers=403, school=403, readers=403, workers=200)
BULK = but(BOOK, it_staff=302, manager=302, administrator=302)
#: People and rights: administrators alone.
ADMINISTRATION = but(BOOK, it_staff=403, manager=403)
ADMINISTRATION_RECORD = but(who(anonymous=302, strangers=404, school=404, readers=404, workers=404), administrator=200)
#: What schools must have: everybody who signs in may read it, few may change it.
STANDARDS = but(BOOK, it_staff=403)
OWN_STANDARDS = but(OWN_CHANGE, it_staff=403)
#: Programmes and costs: who sees amounts, who looks after them. ``…_RECORD``: one that readers know of without amounts.
MONEY = but(who(anonymous=302, strangers=403, school=403, readers=403, workers=200), auditor=200)
MONEY_RECORD = but(who(anonymous=302, strangers=404, school=404, readers=403, workers=200), auditor=200)
COST = but(MONEY_RECORD, reader=404)
FUND = STANDARDS
FUND_RECORD = but(MONEY_RECORD, auditor=403, it_staff=403)
#: Own record, looked after by those who look after programmes.
FUND_OWN = OWN_STANDARDS
COST_CHANGE = but(FUND_RECORD, reader=404)
#: Of many devices at once; without a choice back to the list.
FUND_BULK = but(FUND, manager=302, administrator=302)
#: The audit trail of everything.
AUDIT = but(BOOK, auditor=200, it_staff=403)
POST_ONLY = but(everybody(405), anonymous=302)

# --- interface for machines -------------------------------------------------------------------------------------------

API_LIST = but(SIGNED_IN, anonymous=401)
API_OWN = but(OWN, anonymous=401)
API_ORDER = but(ORDER, anonymous=401)
API_IMPORT = but(IMPORT, anonymous=401)
API_EXPORT = but(EXPORT, anonymous=401)
API_BOOK = but(BOOK, anonymous=401)
API_ADMINISTRATION = but(ADMINISTRATION, anonymous=401)
API_ADMINISTRATION_RECORD = but(ADMINISTRATION_RECORD, anonymous=401)
API_AUDIT = but(AUDIT, anonymous=401)
#: Amounts: who works for the authority and may see money.
API_MONEY = but(MONEY, anonymous=401)
API_MONEY_RECORD = but(MONEY_RECORD, anonymous=401)
API_COST = but(COST, anonymous=401)
API_POST_ONLY = but(POST_ONLY, anonymous=401)

# --- what happens to somebody who posts an empty form -----------------------------------------------------------------
# 200, 400 and 422: a form with errors; 302 and 303: done, or refused with a message.

POST_IMPORT = but(IMPORT, it_staff=(302, 303), manager=(302, 303), administrator=(302, 303))
POST_IMPORT_FORM = but(IMPORT, it_staff=(200, 422), manager=(200, 422), administrator=(200, 422))
POST_OWN = but(OWN_CHANGE, it_staff=(200, 422), manager=(200, 422), administrator=(200, 422))
POST_COST_DONE = but(COST_CHANGE, manager=302, administrator=302)
POST_BOOK = but(BOOK, it_staff=(200, 422), manager=(200, 422), administrator=(200, 422))
API_POST_BOOK = but(API_BOOK, it_staff=(400, 415), manager=(400, 415), administrator=(400, 415))
#: A change of one record without a version.
API_UNVERSIONED = but(API_BOOK, it_staff=428, manager=428, administrator=428)
#: Programmes and costs are written by those who look after them.
API_FUND = but(FUND, anonymous=401, manager=400, administrator=400)
API_FUND_UNVERSIONED = but(FUND, anonymous=401, manager=428, administrator=428)
API_FUND_UPLOAD = but(FUND, anonymous=401, manager=415, administrator=415)
API_BOOK_UPLOAD = but(API_BOOK, it_staff=415, manager=415, administrator=415)
API_STANDARDS = but(API_BOOK, it_staff=403, manager=400, administrator=400)
API_STANDARDS_UNVERSIONED = but(API_BOOK, it_staff=403, manager=428, administrator=428)
API_POST_IMPORT = but(API_IMPORT, it_staff=400, manager=400, administrator=400)
API_UNVERSIONED_IMPORT = but(API_IMPORT, it_staff=428, manager=428, administrator=428)
API_POST_ADMINISTRATION = but(API_ADMINISTRATION, administrator=400)
API_POST_ADMINISTRATION_RECORD = but(API_ADMINISTRATION_RECORD, administrator=400)
API_UNVERSIONED_ADMINISTRATION = but(API_ADMINISTRATION_RECORD, administrator=428)
API_SEE = but(API_LIST, outsider=403, ended=403)
