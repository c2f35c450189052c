"""Addresses of lists whose columns can be chosen, and of the views of them that somebody keeps."""

from django.urls import URLPattern, URLResolver, path

from web.views import tables

list_pages: list[URLPattern | URLResolver] = [
    path("lists/<slug:name>/", tables.list_table, name="list_table"),
    path("lists/<slug:name>/workbook/", tables.list_workbook, name="list_workbook"),
    path("lists/<slug:name>/csv/", tables.list_csv, name="list_csv"),
    path("lists/<slug:name>/save/", tables.view_save, name="view_save"),
    path("views/", tables.view_list, name="view_list"),
    path("views/<int:pk>/", tables.view_open, name="view_open"),
    path("views/<int:pk>/change/", tables.view_change, name="view_change"),
    path("views/<int:pk>/keep/", tables.view_keep, name="view_keep"),
    path("views/<int:pk>/begin/", tables.view_begin, name="view_begin"),
    path("views/<int:pk>/delete/", tables.view_delete, name="view_delete"),
]
