"""Somebody's own workbook is kept, says what is filled, and comes back with the figures of a day."""

from io import BytesIO

import openpyxl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audit.models import Entry
from inventory.enums import DeviceStatus
from reports.models import ReportTemplate
from tests.factories import DAY, make_device, make_school

LIST = reverse("web:report_template_list")


def workbook(*names, table=()):
    target = BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("Bericht")
        for row, name in enumerate(names, 1):
            book.define_name(name, f"=Bericht!$B${row}")
            sheet.write_formula(f"C{row}", f"=B{row}*2")
        if table:
            sheet.add_table(
                10, 0, 11, len(table) - 1, {"name": "completion", "columns": [{"header": h} for h in table]}
            )
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=Bericht!$B$12:$B$12"})
        sheet.insert_chart("F2", chart)
    return SimpleUploadedFile("bericht.xlsx", target.getvalue())


@pytest.fixture
def keep(signed_in, manager):
    def keep(file=None, name="Ausschussbericht"):
        file = file or workbook("devices_in_service", "unbekannter_name", table=("Schule", "grade"))
        return signed_in(manager).post(LIST, {"name": name, "file": file})

    return keep


def refusal(answer):
    return [str(error) for errors in answer.context["form"].errors.values() for error in errors]


def filled(client, template, **query):
    answer = client.get(reverse("web:report_template_filled", args=[template.pk]), {"language": "de"} | query)
    return openpyxl.load_workbook(BytesIO(answer.getvalue()))["Bericht"]


def test_template_is_kept_and_says_what_is_filled(keep, client):
    page = client.get(keep().url)
    template = ReportTemplate.objects.get()
    assert (template.name, template.media_type.rpartition(".")[2]) == ("Ausschussbericht", "sheet")
    assert page.context["filling"].names == ["devices_in_service"]
    assert page.context["filling"].tables == {"completion": ["Schule", "grade"]}
    assert [name for name, _why in page.context["left"]] == ["unbekannter_name"]
    assert Entry.objects.filter(kind="reports.reporttemplate", act__verb="report_template.keep").count() == 1


def test_filled_workbook_has_the_figures_of_its_day(keep, client, school):
    other = make_school("Ahornschule")
    make_device(school=school, status=DeviceStatus.IN_SERVICE)
    keep()
    template = ReportTemplate.objects.get()

    sheet = filled(client, template, as_of=DAY.isoformat())

    assert sheet["B1"].value == 1
    assert sheet["C1"].value == "=B1*2"
    assert [sheet["A12"].value, sheet["A13"].value] == [other.name, school.name]
    assert sheet.tables["completion"].ref == "A11:B13"
    assert sheet["B12"].value is None  # not known is not 0


def test_unknown_figure_is_a_word(keep, client):
    keep(workbook("devices_in_service"))
    assert filled(client, ReportTemplate.objects.get(), as_of=DAY.isoformat())["B1"].value == "unbekannt"


def test_wrong_day_is_refused_on_the_page(keep, client):
    keep()
    address = reverse("web:report_template_filled", args=[ReportTemplate.objects.get().pk])
    answer = client.get(address, {"as_of": "2999-01-01", "language": "de"})
    assert refusal(answer) == ["Der Tag liegt in der Zukunft."]


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (SimpleUploadedFile("a.pdf", b"%PDF-1.7\n"), "Nur eine Arbeitsmappe im Format .xlsx kann ausgefüllt werden."),
        (SimpleUploadedFile("a.xlsx", b"Schule;1"), "Dateien dieser Art werden nicht angenommen."),
        (
            workbook("nichts"),
            "Diese Arbeitsmappe enthält keine Zelle und keine Tabelle mit einem hier bekannten Namen.",
        ),
    ],
)
def test_workbook_that_cannot_be_filled_is_refused_in_a_sentence(keep, file, sentence):
    file.seek(0)
    (said,) = refusal(keep(file))
    assert said.startswith(sentence)
    assert not ReportTemplate.objects.exists()


def test_name_is_given_once(keep):
    keep()
    assert refusal(keep()) == ["Eine Vorlage mit diesem Namen gibt es schon."]


def test_example_can_be_kept_and_is_filled(signed_in, manager, keep, school):
    example = signed_in(manager).get(reverse("web:report_template_example"))
    answer = keep(SimpleUploadedFile("beispiel.xlsx", example.getvalue()))
    page = signed_in(manager).get(answer.url)
    assert page.context["left"] == []
    assert len(page.context["filling"].names) == 22


def test_template_is_deleted_with_its_file(keep, client, django_capture_on_commit_callbacks):
    keep()
    template = ReportTemplate.objects.get()
    storage, name = template.file.storage, template.file.name
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("web:report_template_remove", args=[template.pk]), {"reason": "veraltet"})
    assert not ReportTemplate.objects.exists()
    assert not storage.exists(name)
    assert Entry.objects.filter(act__verb="report_template.remove", act__reason="veraltet").count() == 1


def test_people_of_a_school_have_no_templates(keep, signed_in, school_admin):
    keep()
    client = signed_in(school_admin)
    assert client.get(LIST).status_code == 403
    assert client.get(reverse("web:report_template", args=[ReportTemplate.objects.get().pk])).status_code == 404
