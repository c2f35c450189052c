"""Addresses of labels and of the sheets they are printed on."""

from django.urls import URLPattern, URLResolver, path

from web.views import label_sheets, labels

label_pages: list[URLPattern | URLResolver] = [
    path("labels/", labels.label_print, name="label_print"),
    path("labels/print/", labels.label_pdf, name="label_pdf"),
    path("labels/sheets/", label_sheets.label_sheet_list, name="label_sheet_list"),
    path("labels/sheets/new/", label_sheets.label_sheet_create, name="label_sheet_create"),
    path("labels/sheets/<int:pk>/", label_sheets.label_sheet_change, name="label_sheet_change"),
    path("labels/sheets/<int:pk>/test/", label_sheets.label_sheet_test, name="label_sheet_test"),
    path("labels/sheets/<int:pk>/delete/", label_sheets.label_sheet_delete, name="label_sheet_delete"),
]
