from django.urls import URLPattern, URLResolver, path, re_path
from rest_framework.routers import SimpleRouter

from api.files import FILES
from api.views import (
    audit,
    catalogue,
    completion,
    costs,
    custom_figures,
    deliveries,
    devices,
    docs,
    figures,
    funding,
    hand_overs,
    import_profiles,
    import_rows,
    imports,
    orders,
    plan,
    projects,
    publications,
    reports,
    saved_views,
    schools,
    search,
    standards,
    subscriptions,
    tokens,
    users,
    webhooks,
    works,
)
from api.views.base import NotThere
from api.views.parts import KEY

router = SimpleRouter()
router.register("schools", schools.SchoolViewSet, basename="api-school")
router.register("sites", schools.SiteViewSet, basename="api-site")
router.register("buildings", schools.BuildingViewSet, basename="api-building")
router.register("rooms", schools.RoomViewSet, basename="api-room")
router.register("categories", catalogue.CategoryViewSet, basename="api-category")
router.register("manufacturers", catalogue.ManufacturerViewSet, basename="api-manufacturer")
router.register("device-models", catalogue.DeviceModelViewSet, basename="api-device-model")
router.register("devices", devices.DeviceViewSet, basename="api-device")
router.register("orders", orders.OrderViewSet, basename="api-order")
router.register("deliveries", deliveries.DeliveryViewSet, basename="api-delivery")
router.register("projects", projects.ProjectViewSet, basename="api-project")
router.register("standards", standards.StandardViewSet, basename="api-standard")
router.register("requirements", standards.RequirementViewSet, basename="api-requirement")
router.register("attainments", standards.AttainmentViewSet, basename="api-attainment")
router.register("waivers", standards.WaiverViewSet, basename="api-waiver")
router.register("publications", publications.PublicationViewSet, basename="api-publication")
router.register("imports", imports.ImportViewSet, basename="api-import")
router.register("import-profiles", import_profiles.ProfileViewSet, basename="api-import-profile")
router.register("users", users.UserViewSet, basename="api-user")
router.register("memberships", users.MembershipViewSet, basename="api-membership")
router.register("invitations", users.InvitationViewSet, basename="api-invitation")
router.register("tokens", tokens.TokenViewSet, basename="api-token")
router.register("audit/acts", audit.ActViewSet, basename="api-audit-act")
router.register("audit/entries", audit.EntryViewSet, basename="api-audit-entry")
router.register("programmes", funding.ProgrammeViewSet, basename="api-programme")
router.register("financings", funding.FinancingViewSet, basename="api-financing")
router.register("costs", costs.CostViewSet, basename="api-cost")
router.register("planned-hand-overs", hand_overs.HandOverViewSet, basename="api-hand-over")
router.register("webhooks", webhooks.WebhookViewSet, basename="api-webhook")
router.register("master-plans", plan.MasterPlanViewSet, basename="api-master-plan")
router.register("objectives", plan.ObjectiveViewSet, basename="api-objective")
router.register("own-figures", custom_figures.CustomFigureViewSet, basename="api-own-figure")
router.register("views", saved_views.SavedViewViewSet, basename="api-view")
router.register("subscriptions", subscriptions.SubscriptionViewSet, basename="api-subscription")
router.register("initiatives", plan.InitiativeViewSet, basename="api-initiative")
router.register("progress-entries", plan.ProgressEntryViewSet, basename="api-progress-entry")
of_programme = f"programmes/(?P<programme>{KEY})"
router.register(f"{of_programme}/notices", funding.NoticeViewSet, basename="api-notice")
router.register(f"{of_programme}/drawdowns", funding.DrawdownViewSet, basename="api-drawdown")
router.register(f"{of_programme}/milestones", funding.ProgrammeMilestoneViewSet, basename="api-programme-milestone")
router.register(f"costs/(?P<entry>{KEY})/files", costs.CostFileViewSet, basename="api-cost-file")
of_project = f"projects/(?P<project>{KEY})"
router.register(f"{of_project}/milestones", works.MilestoneViewSet, basename="api-milestone")
router.register(f"{of_project}/defects", works.DefectViewSet, basename="api-defect")
router.register(f"{of_project}/journal", works.JournalViewSet, basename="api-journal")
router.register(f"{of_project}/files", works.ProjectFileViewSet, basename="api-project-file")

imports_of = "imports/<int:batch>"
findings = import_rows.FindingViewSet
import_parts: list[URLPattern | URLResolver] = [
    path(f"{imports_of}/rows/", import_rows.RowViewSet.as_view({"get": "list"}), name="api-import-row-list"),
    path(f"{imports_of}/findings/", findings.as_view({"get": "list"}), name="api-import-finding-list"),
    path(f"{imports_of}/findings/act/", findings.as_view({"post": "act"}), name="api-import-finding-act"),
    path(
        f"{imports_of}/findings/workbook/",
        findings.as_view({"get": "workbook"}, renderer_classes=FILES),
        name="api-import-finding-workbook",
    ),
    path("import-templates/", import_profiles.TemplateListView.as_view(), name="api-import-template-list"),
    path("import-templates/<slug:kind>/", import_profiles.TemplateView.as_view(), name="api-import-template-detail"),
    path("deliveries/<int:pk>/compare/", import_rows.CompareView.as_view(), name="api-delivery-compare"),
]
report_files: list[URLPattern | URLResolver] = [
    path("reports/", reports.ReportListView.as_view(), name="api-report-list"),
    path("reports/progress/", reports.ProgressView.as_view(), name="api-report-progress"),
    path("reports/lists/<slug:name>/", reports.ListFileView.as_view(), name="api-report-list-file"),
]
rooms_of = "projects/<int:project>/rooms"
project_rooms: list[URLPattern | URLResolver] = [
    path(f"{rooms_of}/", works.ProjectRoomViewSet.as_view({"get": "list"}), name="api-project-room-list"),
    *(
        path(f"{rooms_of}/{name}/", works.ProjectRoomViewSet.as_view({"post": name}), name=f"api-project-room-{name}")
        for name in ("cover", "uncover", "done")
    ),
]
webhook_log = webhooks.WebhookDeliveryViewSet
webhook_parts: list[URLPattern | URLResolver] = [
    path("webhooks/<int:webhook>/deliveries/", webhook_log.as_view({"get": "list"}), name="api-webhook-delivery-list"),
    path(
        "webhooks/<int:webhook>/deliveries/<int:pk>/",
        webhook_log.as_view({"get": "retrieve"}, detail=True),
        name="api-webhook-delivery-detail",
    ),
    path(
        "webhooks/<int:webhook>/deliveries/<int:pk>/retry/",
        webhook_log.as_view({"post": "retry"}, detail=True),
        name="api-webhook-delivery-retry",
    ),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *router.urls,
    *import_parts,
    *report_files,
    *project_rooms,
    *webhook_parts,
    path(
        "account/",
        users.AccountViewSet.as_view({"get": "retrieve", "patch": "partial_update"}, detail=True),
        name="api-account",
    ),
    path("headcounts/", schools.HeadcountViewSet.as_view({"get": "list", "post": "create"}), name="api-headcount-list"),
    path("audit/workbook/", audit.TrailFileView.as_view(), name="api-audit-file"),
    path("completion/", completion.CompletionView.as_view(), name="api-completion"),
    path("completion/outlook/", completion.OutlookView.as_view(), name="api-completion-outlook"),
    path("completion/costs-to-complete/", completion.CostsToCompleteView.as_view(), name="api-costs-to-complete"),
    path("completion/order-proposal/", completion.OrderProposalView.as_view(), name="api-order-proposal"),
    path("progress-proposals/", plan.ProposalView.as_view(), name="api-progress-proposals"),
    path("public-figures/", plan.PublicFiguresView.as_view(), name="api-public-figures"),
    path("figures/", figures.FiguresView.as_view(), name="api-figures"),
    path("figures/compare/", figures.ComparisonView.as_view(), name="api-figure-compare"),
    path("figures/compare/<slug:key>/", figures.FigureComparisonView.as_view(), name="api-figure-compare-detail"),
    path("figures/<slug:key>/", figures.FigureView.as_view(), name="api-figure-detail"),
    path("search/", search.SearchView.as_view(), name="api-search"),
    path("schema/", docs.SchemaView.as_view(), name="api-schema"),
    path("docs/", docs.docs, name="api-docs"),
    path("problems/<slug:code>/", docs.ProblemView.as_view(), name="api-problem"),
    re_path("", NotThere.as_view(), name="api-not-there"),
]
