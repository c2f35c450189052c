"""Addresses of all pages. One section per area; names follow ``<thing>_<what>`` like their views and templates."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import URLPattern, URLResolver, include, path

from web.views import (
    account,
    conflicts,
    dashboard,
    deliveries,
    device_bulk,
    devices,
    findings,
    import_columns,
    import_rows,
    import_templates,
    import_undo,
    imports,
    projects,
    reports,
    schools,
)

account_pages: list[URLPattern | URLResolver] = [
    path("account/theme/", account.theme_change, name="theme_change"),
    path("accessibility/", account.accessibility, name="accessibility"),
]

overview_pages: list[URLPattern | URLResolver] = [
    path("", dashboard.dashboard, name="dashboard"),
]

school_pages: list[URLPattern | URLResolver] = [
    path("schools/", schools.school_list, name="school_list"),
    path("schools/<str:number>/", schools.school_detail, name="school_detail"),
    path("schools/<str:number>/requirements/<slug:key>/", schools.school_requirement, name="school_requirement"),
]

device_pages: list[URLPattern | URLResolver] = [
    path("devices/", devices.device_list, name="device_list"),
    path("devices/change/", device_bulk.device_bulk_change, name="device_bulk_change"),
    path("devices/<int:pk>/", devices.device_detail, name="device_detail"),
    path("devices/<int:pk>/change/", devices.device_change, name="device_change"),
    path("devices/<int:pk>/states/<int:state_pk>/correct/", devices.state_correct, name="state_correct"),
    path("devices/<int:pk>/states/<int:state_pk>/withdraw/", devices.state_withdraw, name="state_withdraw"),
]

project_pages: list[URLPattern | URLResolver] = [
    path("projects/", projects.project_list, name="project_list"),
    path("projects/change/", projects.project_bulk_change, name="project_bulk_change"),
    path("projects/<int:pk>/", projects.project_detail, name="project_detail"),
    path("projects/<int:pk>/change/", projects.project_change, name="project_change"),
    path(
        "projects/<int:pk>/states/<int:state_pk>/correct/",
        projects.project_state_correct,
        name="project_state_correct",
    ),
    path(
        "projects/<int:pk>/states/<int:state_pk>/withdraw/",
        projects.project_state_withdraw,
        name="project_state_withdraw",
    ),
]

delivery_pages: list[URLPattern | URLResolver] = [
    path("deliveries/", deliveries.order_list, name="order_list"),
    path("deliveries/<int:pk>/", deliveries.delivery_detail, name="delivery_detail"),
    path("deliveries/<int:pk>/compare/", findings.delivery_compare, name="delivery_compare"),
    path("deliveries/orders/new/", deliveries.order_create, name="order_create"),
    path("deliveries/orders/<int:pk>/", deliveries.order_detail, name="order_detail"),
    path("deliveries/orders/<int:pk>/receive/", deliveries.delivery_create, name="delivery_create"),
]

import_pages: list[URLPattern | URLResolver] = [
    path("imports/", imports.import_list, name="import_list"),
    path("imports/templates/<slug:kind>/", import_templates.import_template, name="import_template"),
    path("imports/<int:pk>/", imports.import_detail, name="import_detail"),
    path("imports/<int:pk>/progress/", imports.import_progress, name="import_progress"),
    path("imports/<int:pk>/decide/", imports.import_decide, name="import_decide"),
    path("imports/<int:pk>/reconsider/", imports.import_reconsider, name="import_reconsider"),
    path("imports/<int:pk>/reread/", imports.import_reread, name="import_reread"),
    path("imports/<int:pk>/columns/", import_columns.import_columns, name="import_columns"),
    path("imports/<int:pk>/profile/", import_columns.import_profile, name="import_profile"),
    path("imports/<int:pk>/profile/save/", import_columns.import_profile_save, name="import_profile_save"),
    path("imports/profiles/", import_columns.profile_list, name="profile_list"),
    path("imports/profiles/<int:pk>/", import_columns.profile_change, name="profile_change"),
    path("imports/profiles/<int:pk>/delete/", import_columns.profile_delete, name="profile_delete"),
    path("imports/<int:pk>/rows/", import_rows.import_rows, name="import_rows"),
    path("imports/<int:pk>/correct/", import_rows.import_correct, name="import_correct"),
    path("imports/<int:pk>/answer/", import_rows.import_answer, name="import_answer"),
    path("imports/<int:pk>/skip/", import_rows.import_skip, name="import_skip"),
    path("imports/<int:pk>/marked/", import_rows.import_marked, name="import_marked"),
    path("imports/<int:pk>/replace/", import_rows.import_replace, name="import_replace"),
    path("imports/<int:pk>/take/", imports.import_take, name="import_take"),
    path("imports/<int:pk>/cancel/", imports.import_cancel, name="import_cancel"),
    path("imports/<int:pk>/undo/", import_undo.import_undo, name="import_undo"),
    path("imports/<int:pk>/redo/", import_undo.import_redo, name="import_redo"),
    path("imports/<int:pk>/discard/", imports.import_discard, name="import_discard"),
    path("imports/<int:pk>/file/", imports.import_file, name="import_file"),
    path("imports/<int:pk>/conflicts/", conflicts.import_conflicts, name="import_conflicts"),
    path("imports/<int:pk>/findings/", findings.import_findings, name="import_findings"),
    path("imports/<int:pk>/findings/act/", findings.import_findings_act, name="import_findings_act"),
    path("imports/<int:pk>/findings/workbook/", findings.import_findings_workbook, name="import_findings_workbook"),
]

report_pages: list[URLPattern | URLResolver] = [
    path("reports/", reports.report_list, name="report_list"),
    path("reports/progress/", reports.report_progress, name="report_progress"),
    path("reports/lists/<slug:name>/", reports.list_export, name="list_export"),
    path("devices/export/", reports.device_export, name="device_export"),
]

pages = [
    *account_pages,
    *overview_pages,
    *school_pages,
    *device_pages,
    *project_pages,
    *delivery_pages,
    *import_pages,
    *report_pages,
]

urlpatterns: list[URLPattern | URLResolver] = [
    # Without a namespace: settings and Django itself ask for "login" and "logout".
    path("login/", LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("", include((pages, "web"))),
]
