"""Addresses of the end of devices."""

from django.urls import URLPattern, URLResolver, path

from web.views import retirement, retirement_files

retirement_pages: list[URLPattern | URLResolver] = [
    path("retirement/", retirement.retirement_list, name="retirement_list"),
    path("retirement/new/<slug:step>/", retirement.retirement_record, name="retirement_record"),
    path("retirement/<int:pk>/", retirement.retirement_detail, name="retirement_detail"),
    path("retirement/<int:pk>/workbook/", retirement.retirement_workbook, name="retirement_workbook"),
    path(
        "retirement/<int:pk>/devices/<int:item_pk>/withdraw/",
        retirement.retirement_withdraw,
        name="retirement_withdraw",
    ),
    path("retirement/<int:pk>/undo/", retirement.retirement_undo, name="retirement_undo"),
    path("retirement/<int:pk>/files/new/", retirement_files.retirement_file_attach, name="retirement_file_attach"),
    path("retirement/<int:pk>/files/<int:file_pk>/", retirement_files.retirement_file, name="retirement_file"),
    path(
        "retirement/<int:pk>/files/<int:file_pk>/remove/",
        retirement_files.retirement_file_remove,
        name="retirement_file_remove",
    ),
]
