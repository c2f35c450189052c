"""Words for a status, a use, a trade … that nothing knows: asked about once and mapped as decided."""

import pytest

from imports.kinds import KINDS
from imports.options import Context, Decision, Options
from imports.services import decide, preview_batch, save_profile, take_batch, upload_batch
from inventory.models import Device
from schools.models import SchoolAlias
from tests.factories import DAY, make_model, make_school
from tests.imports.workbooks import import_file, write_xlsx

pytestmark = pytest.mark.django_db
HEADER = ["Seriennummer", "Hersteller", "Modell", "Status", "Schule"]
WORD = "Klasse 5b iPad-Schrank"


@pytest.fixture
def upload(tmp_path, by, school):
    make_model("iPad 9")

    def upload(*states, start=0):
        rows = [[f"S{n}", "Apple", "iPad 9", state, "Lindenschule"] for n, state in enumerate(states, start)]
        with write_xlsx(tmp_path / "d.xlsx", [HEADER, *rows]).open("rb") as file:
            return upload_batch(file, name="d.xlsx", by=by)

    return upload


def answer(to, text=WORD):
    return {"value:status": {text: {"action": "map", "to": to, "label": to}}}


def test_unknown_word_is_listed_once_with_suggestions(upload):
    batch = preview_batch(upload("im Lagr", "im Lagr", WORD, "im Einsatz"))
    (first, second) = batch.summary["unknown"]
    assert (first["kind"], first["text"], first["rows"]) == ("value:status", "im Lagr", 2)
    assert (first["suggestions"][0]["id"], first["suggestions"][0]["label"]) == ("in_stock", "im Lager")
    assert first["suggestions"][0]["score"] > 85
    assert (second["text"], second["can_create"]) == (WORD, False)
    assert [p["code"] for p in batch.summary["problems"]] == ["unknown_choice", "unknown_choice"]


def test_word_is_mapped_as_decided(upload, by):
    batch = decide(preview_batch(upload(WORD, "im Einsatz")), by=by, decisions=answer("in_service"))
    take_batch(preview_batch(batch), by=by)
    assert list(Device.objects.order_by("serial").values_list("status", flat=True)) == ["in_service", "in_service"]


def test_rows_of_a_word_are_left_out_as_decided(upload, by):
    decisions = {"value:status": {WORD: {"action": "reject"}}}
    batch = preview_batch(decide(preview_batch(upload(WORD, "im Einsatz")), by=by, decisions=decisions))
    assert (batch.summary["new"], batch.summary["skipped"], batch.summary["rejected"]) == (1, 1, 0)


@pytest.mark.parametrize("to", ["nonsense", 7, None])
def test_answer_that_is_none_of_the_choices_leaves_the_question_open(upload, by, to):
    batch = preview_batch(decide(preview_batch(upload(WORD)), by=by, decisions=answer(to)))
    assert [entry["text"] for entry in batch.summary["unknown"]] == [WORD]


def test_that_missing_records_are_created_says_nothing_about_words(tmp_path, school):
    make_model("iPad 9")
    rows = [HEADER, ["S1", "Apple", "iPad 9", WORD, "Lindenschule"]]
    result = import_file(write_xlsx(tmp_path / "d.xlsx", rows), "--create-missing")
    assert (result.exit_code, result.cells) == (1, [(2, "Status", "unknown_choice")])


def test_earlier_answer_is_offered_first_but_not_used(upload, by):
    batch = decide(preview_batch(upload(WORD)), by=by, decisions=answer("stolen"))
    assert take_batch(preview_batch(batch), by=by).status == "taken"
    later = preview_batch(upload(WORD, start=5))
    (entry,) = later.summary["unknown"]
    assert (entry["suggestions"][0]["id"], later.summary["rejected"]) == ("stolen", 1)


def test_answer_in_a_profile_is_used(upload, by):
    batch = decide(preview_batch(upload(WORD)), by=by, decisions=answer("in_service"))
    save_profile(preview_batch(batch), name="P", sender="", by=by)
    later = preview_batch(upload(WORD, start=5))
    assert (later.summary["unknown"], later.summary["new"]) == ([], 1)


def test_trades_and_states_of_projects_are_asked_about_too(tmp_path, school, by):
    rows = [["Schule", "Gewerk", "Status"], ["Lindenschule", "Glasfasr", "fast fertig"]]
    with write_xlsx(tmp_path / "p.xlsx", rows).open("rb") as file:
        batch = preview_batch(upload_batch(file, name="p.xlsx", by=by, kind="projects"))
    asked = {entry["kind"]: entry["suggestions"][0]["id"] for entry in batch.summary["unknown"]}
    assert asked == {"value:trade": "fibre", "value:status": "accepted"}


def test_suggested_school_has_a_score_and_short_names_count(tmp_path, school, by):
    make_school("Gymnasium am Stadtpark", number="100300", short_name="GAS")
    rows = [["Schule", "Gebäude", "Raum"], ["Lindenschul", "A", "1"], ["Gym. am Stadtpark", "A", "2"]]
    with write_xlsx(tmp_path / "r.xlsx", rows).open("rb") as file:
        batch = preview_batch(upload_batch(file, name="r.xlsx", by=by, kind="rooms"))
    first = {entry["text"]: entry["suggestions"][0] for entry in batch.summary["unknown"]}
    assert first["Lindenschul"]["label"] == "Lindenschule (100100)"
    assert first["Lindenschul"]["score"] > 90
    assert first["Gym. am Stadtpark"]["label"].startswith("Gymnasium am Stadtpark")


@pytest.mark.parametrize(
    ("kind", "header", "row"),
    [
        ("rooms", ["Schule", "Raum", "Raumart"], ["Linden-Schule Nord", "1", "Fachraum"]),
        ("projects", ["Schule", "Gewerk", "Status"], ["Linden-Schule Nord", "LAN", "geplant"]),
        ("headcounts", ["Schule", "Stichtag", "Schülerzahl"], ["Linden-Schule Nord", DAY, 200]),
    ],
)
def test_decision_about_a_school_is_remembered_as_its_alias(tmp_path, school, by, kind, header, row):
    with write_xlsx(tmp_path / "x.xlsx", [header, row]).open("rb") as file:
        batch = preview_batch(upload_batch(file, name="x.xlsx", by=by, kind=kind))
    (entry,) = batch.summary["unknown"]
    decision = {"school": {entry["text"]: {"action": "map", "to": school.pk}}}
    taken = take_batch(decide(batch, by=by, decisions=decision), by=by)
    assert [p["message"] for p in taken.summary["problems"]] == []
    assert taken.status == "taken"
    assert list(SchoolAlias.objects.values_list("school", "text")) == [(school.pk, "Linden-Schule Nord")]


def test_decision_knows_a_record_from_a_word():
    record, word = Decision.of_json({"action": "map", "to": 7}), Decision.of_json({"action": "map", "to": "lost"})
    assert [(record.to, record.value), (word.to, word.value)] == [(7, ""), (None, "lost")]
    assert Context(Options(create_missing=True), DAY).decision("value:status", "x") is None


def test_every_column_of_a_few_words_says_which():
    keys = {
        (kind.name, column.key) for kind in KINDS.values() for column in kind.columns if hasattr(column.parse, "words")
    }
    assert {("devices", "status"), ("devices", "use"), ("projects", "trade"), ("rooms", "kind")} <= keys
    assert ("schools", "school_type") in keys
