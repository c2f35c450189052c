"""Who reads what, anywhere: pages, parts of pages, interface, files. Every field has a marker of its own."""

import pytest
from django.apps import apps

from tests.house import rows
from tests.house.furnished import furnish
from tests.house.markers import LEFT, MONEY, OWNER, text_fields
from tests.house.rows import CAST
from tests.house.tree import PACKAGES
from tests.house.walk import Read, all_addresses, walk
from tests.house.world import World

pytestmark = pytest.mark.django_db

#: What a school reads about itself.
SCHOOL = frozenset(
    {
        "building_name", "constructionproject_reason", "constructionproject_title", "defectphoto_content",
        "deviceprotocol_content", "deviceprotocol_name", "installationstep_note",
        "handout_agreement", "returncampaign_name", "returnscan_code", "delivery_note_number", "device_asset_tag",
        "device_mdm_id", "device_note", "device_serial", "devicedefect_text", "entry_label", "entry_new",
        "entry_old", "number", "projectstate_reason", "pupils", "room_name", "school_email", "school_district",
        "school_name", "school_name_addition", "school_phone", "school_short_name", "site_name", "site_street",
        "site_town", "stocktake_note", "stocktakeitem_code", "stocktakeitem_remark",
        # of the works: why a day moved, what is defective, and the photos of that
        "attainment_evidence", "evidencefile_content", "evidencefile_name", "waiver_reason",
        "milestone_reason", "milestonestate_reason", "projectfile_content", "projectfile_name", "worksdefect_text",
    }
)  # fmt: skip
#: What the authority reads about a school.
AUTHORITY = SCHOOL | {
    "act_reason",
    "act_subject",
    "reporttemplate_content",
    "constructionproject_contractor",
    "journalentry_text",
    "plannedhandover_note",
}
COSTS = {"cost", "net", "costentry_number", "costentry_payee", "costentry_text", "costfile_content", "costfile_name"}
PAPERS_OF_DELIVERIES = {"deliveryfile_content", "deliveryfile_name"}
PAPERS_OF_RETIREMENT = {
    "retirement_party", "retirement_reference", "retirementfile_content", "retirementfile_name",
}  # fmt: skip
WITH_MONEY = AUTHORITY | COSTS | PAPERS_OF_DELIVERIES | PAPERS_OF_RETIREMENT | {"price", "contract_sum"}
ONESELF = frozenset({"username", "first_name", "last_name", "email", "apitoken_name"})
WITH_PEOPLE = WITH_MONEY | ONESELF | {"invitation_email"}
#: Of the authority's own: a school reads on a delivery to it where that came from, and how its devices are paid.
PAPERS = frozenset({"order_number", "order_supplier", "financing_name"})
#: Views and figures that somebody shares are there for everybody with a role.
SHARED = frozenset({"savedview_name", "customfigure_name"})
#: The wider programme, as far as it is published, is for everybody with a role.
PLAN = SHARED | {
    "initiative_contact", "initiative_description", "initiative_title", "initiative_unit", "masterplan_description",
    "masterplan_title", "objective_goal", "objective_measures", "objective_title", "progressentry_figure_text",
    "progressentry_text", "publicfigure_figure_text",
}  # fmt: skip
PROGRAMMES = PAPERS | PLAN | {
    "programme_contact", "programme_funder", "programme_name", "programme_note", "programmemilestone_name",
    "publication_title", "reporttemplate_name",
}  # fmt: skip
GRANTS = PROGRAMMES | {
    "cap", "drawdown_note", "drawdown_number", "drawn", "granted", "grantnotice_note", "grantnotice_number",
}  # fmt: skip
IMPORTS = frozenset(
    {
        "finding_note", "finding_serial", "finding_text", "importbatch_error", "importbatch_name",
        "importbatch_sender", "importrow_sheet",
        "importprofile_name", "importprofile_sender", "importrow_changes", "importrow_label",
        "importrow_matched_by",
    }
)  # fmt: skip
WORK = GRANTS | IMPORTS | {"price"}
HOOKS = {"webhook_name", "webhook_url", "webhookdelivery_answer"}
#: Their own scans; in the world a person of the IT staff has made some.
SCANS = {"scan_alike", "scan_code", "scan_message"}
NOTHING: frozenset[str] = frozenset()

#: person → what is read about the own school, about the other one, and of the authority.
EXPECTED: dict[str, tuple[frozenset[str], frozenset[str], frozenset[str]]] = {
    "anonymous": (NOTHING, NOTHING, NOTHING),
    "outsider": (NOTHING, NOTHING, NOTHING),
    "foreign_admin": (NOTHING, SCHOOL | ONESELF, PAPERS | PLAN),
    # their own role, which is over, and of which school it was
    "ended": (frozenset({"number"}), NOTHING, NOTHING),
    "school_reader": (SCHOOL, NOTHING, PAPERS | PLAN),
    "school_reporter": (SCHOOL, NOTHING, PAPERS | PLAN),
    "school_admin": (SCHOOL | ONESELF, NOTHING, PAPERS | PLAN),
    "two_schools": (SCHOOL, SCHOOL, PAPERS | PLAN),
    "reader": (AUTHORITY, AUTHORITY, PROGRAMMES),
    "auditor": (WITH_MONEY, WITH_MONEY, GRANTS | {"price"}),
    "it_staff": (WITH_MONEY, WITH_MONEY, WORK | SCANS),
    "manager": (WITH_MONEY, WITH_MONEY, WORK),
    "administrator": (WITH_PEOPLE, WITH_PEOPLE, WORK | HOOKS),
}
#: Records of which a school never reads a word: costs, grants, the diary of the works (it names contractors and money).
NEVER_FOR_SCHOOLS = (
    "costentry_",
    "costfile_",
    "deliveryfile_",
    "retirement",
    "grantnotice_",
    "drawdown_",
    "programmemilestone_",
    "journalentry_",
)


@pytest.fixture(scope="module")
def furnished(world: World) -> World:
    return furnish(world)


@pytest.fixture(scope="module")
def addresses(furnished: World) -> list[str]:
    return all_addresses(furnished)


@pytest.mark.parametrize("person", CAST)
def test_everybody_reads_what_is_theirs_and_nothing_else(person: str, furnished: World, addresses: list[str]) -> None:
    read = walk(furnished, person, addresses)
    expected = dict(zip(("own", "oth", "aut"), EXPECTED[person], strict=True))
    found = {side: {field for other, field in read if other == side} for side in expected}
    assert {side: found[side] ^ expected[side] for side in expected} == {"own": set(), "oth": set(), "aut": set()}, (
        _where(read)
    )


@pytest.mark.parametrize("person", rows.SCHOOL + rows.STRANGERS)
def test_no_school_is_meant_to_read_of_money(person: str) -> None:
    amounts = {"price"}.union(*MONEY.values())
    meant = frozenset().union(*EXPECTED[person])
    assert {field for field in meant if field in amounts or field.startswith(NEVER_FOR_SCHOOLS)} == set()


def test_every_field_has_a_marker() -> None:
    ours = [model for model in apps.get_models() if model.__module__.split(".")[0] in PACKAGES]
    fields = {f"{model._meta.label_lower}.{field.name}" for model in ours for field in text_fields(model)}
    bare = {name for name in fields if not _is_left(name) and name.rpartition(".")[0] not in OWNER}
    assert bare == set()
    assert [name for name in LEFT if not any(f"{field}.".startswith(f"{name}.") for field in fields)] == []


def _is_left(name: str) -> bool:
    package, model, _field = name.split(".")
    return not LEFT.keys().isdisjoint({name, f"{package}.{model}", package})


def _where(read: Read) -> dict[str, str]:
    """Marker → one address, for the reader of a failure."""
    return {f"{side} {field}": min(where) for (side, field), where in sorted(read.items())}
