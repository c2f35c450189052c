"""Addresses of boards and projectors in their rooms, and of the steps of their installation."""

from django.urls import URLPattern, URLResolver, path

from web.views import boards, installation_facts

board_pages: list[URLPattern | URLResolver] = [
    path("schools/<str:number>/boards/", boards.school_boards, name="school_boards"),
    path("schools/<str:number>/boards/workbook/", boards.school_boards_workbook, name="school_boards_workbook"),
    path("devices/<int:pk>/installation/undo/", boards.installation_undo, name="installation_undo"),
    path("devices/<int:pk>/installation/<slug:step>/", boards.installation_step, name="installation_step"),
    path("devices/<int:pk>/steps/<int:step_pk>/correct/", installation_facts.step_correct, name="step_correct"),
    path("devices/<int:pk>/steps/<int:step_pk>/withdraw/", installation_facts.step_withdraw, name="step_withdraw"),
    path("devices/<int:pk>/tests/<int:test_pk>/correct/", installation_facts.test_correct, name="test_correct"),
    path("devices/<int:pk>/tests/<int:test_pk>/withdraw/", installation_facts.test_withdraw, name="test_withdraw"),
    path("devices/<int:pk>/protocols/new/", installation_facts.protocol_add, name="protocol_add"),
    path("devices/<int:pk>/protocols/<int:file_pk>/", installation_facts.protocol, name="protocol"),
    path(
        "devices/<int:pk>/protocols/<int:file_pk>/remove/", installation_facts.protocol_remove, name="protocol_remove"
    ),
]
