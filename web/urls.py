"""Addresses of all pages. One section per area; names follow ``<thing>_<what>`` like their views and templates."""

from django.urls import URLPattern, URLResolver, include, path

from web.sign_in.urls import patterns as sign_in_pages
from web.views import (
    account,
    administration,
    audit,
    conflicts,
    costs,
    dashboard,
    deliveries,
    device_bulk,
    device_edit,
    device_finance,
    devices,
    distribution,
    financings,
    findings,
    import_columns,
    import_rows,
    import_templates,
    import_undo,
    imports,
    invitations,
    money_reports,
    my_data,
    programme_facts,
    programmes,
    projects,
    reports,
    schools,
    security,
    standards,
    tokens,
    users,
    webhooks,
    works,
    works_boards,
    works_parts,
    works_rules,
)

account_pages: list[URLPattern | URLResolver] = [
    path("account/theme/", account.theme_change, name="theme_change"),
    path("accessibility/", account.accessibility, name="accessibility"),
    path(".well-known/security.txt", security.security_txt, name="security_txt"),
    path("account/", my_data.account, name="account"),
    path("account/tokens/", tokens.token_list, name="token_list"),
    path("account/tokens/<int:pk>/revoke/", tokens.token_revoke, name="token_revoke"),
    path("account/retention/", my_data.retention_table, name="retention_table"),
    path("invitations/<str:token>/", invitations.invitation_accept, name="invitation_accept"),
]

people_pages: list[URLPattern | URLResolver] = [
    path("administration/", administration.administration, name="administration"),
    path("administration/roles/", administration.role_table, name="role_table"),
    path("users/", users.user_list, name="user_list"),
    path("users/invite/", invitations.user_invite, name="user_invite"),
    path("users/invite/<int:pk>/withdraw/", invitations.invitation_withdraw, name="invitation_withdraw"),
    path("users/<int:pk>/", users.user_detail, name="user_detail"),
    path("users/<int:pk>/name/", users.user_rename, name="user_rename"),
    path("users/<int:pk>/data/", my_data.user_data, name="user_data"),
    path("users/<int:pk>/data.json", my_data.user_data_file, name="user_data_file"),
    path("users/<int:pk>/roles/", users.role_grant, name="role_grant"),
    path("users/<int:pk>/roles/<int:role_pk>/", users.role_change, name="role_change"),
    path("users/<int:pk>/deactivate/", users.user_deactivate, name="user_deactivate"),
    path("users/<int:pk>/reactivate/", users.user_reactivate, name="user_reactivate"),
    path("users/<int:pk>/second-factors/", users.user_factors_reset, name="user_factors_reset"),
    path("users/<int:pk>/erase/", users.user_erase, name="user_erase"),
    path("users/<int:pk>/tokens/<int:token_pk>/revoke/", users.user_token_revoke, name="user_token_revoke"),
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
    path("devices/finance/", device_finance.device_finance, name="device_finance"),
    path("devices/<int:pk>/", devices.device_detail, name="device_detail"),
    path("devices/<int:pk>/change/", devices.device_change, name="device_change"),
    path("devices/<int:pk>/edit/", device_edit.device_edit, name="device_edit"),
    path("devices/<int:pk>/states/<int:state_pk>/correct/", devices.state_correct, name="state_correct"),
    path("devices/<int:pk>/states/<int:state_pk>/withdraw/", devices.state_withdraw, name="state_withdraw"),
]

project_pages: list[URLPattern | URLResolver] = [
    path("projects/", projects.project_list, name="project_list"),
    path("projects/new/", works.project_create, name="project_create"),
    path("projects/change/", projects.project_bulk_change, name="project_bulk_change"),
    path("projects/timeline/", works_boards.project_timeline, name="project_timeline"),
    path("projects/critical/", works_boards.project_critical, name="project_critical"),
    path("projects/compare/", works_boards.project_compare, name="project_compare"),
    path("projects/trades/", works_rules.trade_list, name="trade_list"),
    path("projects/trades/<slug:trade>/", works_rules.trade_change, name="trade_change"),
    path("projects/<int:pk>/", projects.project_detail, name="project_detail"),
    path("projects/<int:pk>/change/", projects.project_change, name="project_change"),
    path("projects/<int:pk>/edit/", works.project_edit, name="project_edit"),
    path("projects/<int:pk>/milestones/", works.project_milestones, name="project_milestones"),
    path("projects/<int:pk>/milestones/plan/", works.project_plan, name="project_plan"),
    path("projects/<int:pk>/rooms/", works.project_rooms, name="project_rooms"),
    path("projects/<int:pk>/rooms/done/", works.project_rooms_done, name="project_rooms_done"),
    path("projects/<int:pk>/defects/new/", works_parts.defect_add, name="defect_add"),
    path("projects/<int:pk>/defects/<int:defect_pk>/", works_parts.defect_edit, name="defect_edit"),
    path("projects/<int:pk>/defects/<int:defect_pk>/resolve/", works_parts.defect_resolve, name="defect_resolve"),
    path("projects/<int:pk>/defects/<int:defect_pk>/reopen/", works_parts.defect_reopen, name="defect_reopen"),
    path("projects/<int:pk>/journal/new/", works_parts.journal_write, name="journal_write"),
    path("projects/<int:pk>/files/new/", works_parts.project_file_attach, name="project_file_attach"),
    path("projects/<int:pk>/files/<int:file_pk>/", works_parts.project_file, name="project_file"),
    path("projects/<int:pk>/files/<int:file_pk>/picture/", works_parts.project_picture, name="project_picture"),
    path("projects/<int:pk>/files/<int:file_pk>/remove/", works_parts.project_file_remove, name="project_file_remove"),
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

standard_pages: list[URLPattern | URLResolver] = [
    path("standards/", standards.standard_list, name="standard_list"),
    path("standards/<int:pk>/", standards.standard_detail, name="standard_detail"),
    path("standards/<int:pk>/copy/", standards.standard_copy, name="standard_copy"),
    path("standards/<int:pk>/change/", standards.standard_change, name="standard_change"),
    path("standards/<int:pk>/withdraw/", standards.standard_withdraw, name="standard_withdraw"),
    path("standards/<int:pk>/requirements/new/", standards.requirement_create, name="requirement_create"),
    path("standards/requirements/<int:pk>/change/", standards.requirement_change, name="requirement_change"),
    path("standards/requirements/<int:pk>/withdraw/", standards.requirement_withdraw, name="requirement_withdraw"),
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
    path("reports/cut-off/", money_reports.cut_off, name="cut_off"),
    path("reports/cut-off/workbook/", money_reports.cut_off_workbook, name="cut_off_workbook"),
    path("reports/proof-of-use/<int:pk>/", money_reports.proof_of_use, name="proof_of_use"),
    path("reports/binding/", money_reports.binding_workbook, name="binding_workbook"),
    path("reports/costs-to-complete/", money_reports.costs_to_complete, name="costs_to_complete"),
    path(
        "reports/costs-to-complete/workbook/",
        money_reports.costs_to_complete_workbook,
        name="costs_to_complete_workbook",
    ),
    path("reports/distribution/", distribution.distribution, name="distribution"),
    path("reports/hand-overs/<int:pk>/withdraw/", distribution.hand_over_withdraw, name="hand_over_withdraw"),
]

funding_pages: list[URLPattern | URLResolver] = [
    path("funding/", programmes.programme_list, name="programme_list"),
    path("funding/new/", programmes.programme_create, name="programme_create"),
    path("funding/<int:pk>/", programmes.programme_detail, name="programme_detail"),
    path("funding/<int:pk>/change/", programmes.programme_change, name="programme_change"),
    path("funding/<int:pk>/delete/", programmes.programme_delete, name="programme_delete"),
    path("funding/<int:pk>/schools/", programmes.programme_schools, name="programme_schools"),
    path("funding/<int:pk>/categories/", programmes.programme_categories, name="programme_categories"),
    path("funding/<int:pk>/notices/new/", programme_facts.notice_create, name="notice_create"),
    path("funding/<int:pk>/notices/<int:notice_pk>/correct/", programme_facts.notice_correct, name="notice_correct"),
    path("funding/<int:pk>/notices/<int:notice_pk>/withdraw/", programme_facts.notice_withdraw, name="notice_withdraw"),
    path("funding/<int:pk>/drawdowns/new/", programme_facts.drawdown_create, name="drawdown_create"),
    path(
        "funding/<int:pk>/drawdowns/<int:drawdown_pk>/correct/",
        programme_facts.drawdown_correct,
        name="drawdown_correct",
    ),
    path(
        "funding/<int:pk>/drawdowns/<int:drawdown_pk>/withdraw/",
        programme_facts.drawdown_withdraw,
        name="drawdown_withdraw",
    ),
    path(
        "funding/<int:pk>/milestones/new/",
        programme_facts.programme_milestone_create,
        name="programme_milestone_create",
    ),
    path(
        "funding/<int:pk>/milestones/<int:milestone_pk>/change/",
        programme_facts.programme_milestone_change,
        name="programme_milestone_change",
    ),
    path("funding/binding/", financings.binding_list, name="binding_list"),
    path("funding/financings/", financings.financing_list, name="financing_list"),
    path("funding/financings/new/", financings.financing_create, name="financing_create"),
    path("funding/financings/<int:pk>/change/", financings.financing_change, name="financing_change"),
    path("funding/financings/<int:pk>/delete/", financings.financing_delete, name="financing_delete"),
    path("costs/", costs.cost_list, name="cost_list"),
    path("costs/new/", costs.cost_create, name="cost_create"),
    path("costs/<int:pk>/", costs.cost_detail, name="cost_detail"),
    path("costs/<int:pk>/correct/", costs.cost_correct, name="cost_correct"),
    path("costs/<int:pk>/withdraw/", costs.cost_withdraw, name="cost_withdraw"),
    path("costs/<int:pk>/end/", costs.cost_end, name="cost_end"),
    path("costs/<int:pk>/files/new/", costs.cost_file_attach, name="cost_file_attach"),
    path("costs/<int:pk>/files/<int:file_pk>/", costs.cost_file, name="cost_file"),
    path("costs/<int:pk>/files/<int:file_pk>/remove/", costs.cost_file_remove, name="cost_file_remove"),
]

audit_pages: list[URLPattern | URLResolver] = [
    path("audit/", audit.audit_list, name="audit_list"),
    path("audit/export/", audit.audit_export, name="audit_export"),
    path("audit/<int:pk>/", audit.audit_act, name="audit_act"),
]

webhook_pages: list[URLPattern | URLResolver] = [
    path("webhooks/", webhooks.webhook_list, name="webhook_list"),
    path("webhooks/new/", webhooks.webhook_create, name="webhook_create"),
    path("webhooks/<int:pk>/", webhooks.webhook_detail, name="webhook_detail"),
    path("webhooks/<int:pk>/change/", webhooks.webhook_change, name="webhook_change"),
    path("webhooks/<int:pk>/switch/", webhooks.webhook_switch, name="webhook_switch"),
    path("webhooks/<int:pk>/test/", webhooks.webhook_test, name="webhook_test"),
    path("webhooks/<int:pk>/delete/", webhooks.webhook_delete, name="webhook_delete"),
    path("webhooks/<int:pk>/deliveries/<int:delivery_pk>/", webhooks.webhook_delivery, name="webhook_delivery"),
    path("webhooks/<int:pk>/deliveries/<int:delivery_pk>/retry/", webhooks.webhook_retry, name="webhook_retry"),
]

pages = [
    *webhook_pages,
    *audit_pages,
    *account_pages,
    *people_pages,
    *overview_pages,
    *school_pages,
    *device_pages,
    *project_pages,
    *standard_pages,
    *delivery_pages,
    *import_pages,
    *report_pages,
    *funding_pages,
]

urlpatterns: list[URLPattern | URLResolver] = [
    *sign_in_pages,
    path("", include((pages, "web"))),
]
