from django.urls import URLPattern, URLResolver, path, re_path
from rest_framework.routers import SimpleRouter

from api.views import completion, devices, docs, figures, projects, schools
from api.views.base import NotThere

router = SimpleRouter()
router.register("schools", schools.SchoolViewSet, basename="api-school")
router.register("sites", schools.SiteViewSet, basename="api-site")
router.register("rooms", schools.RoomViewSet, basename="api-room")
router.register("categories", devices.CategoryViewSet, basename="api-category")
router.register("device-models", devices.DeviceModelViewSet, basename="api-device-model")
router.register("devices", devices.DeviceViewSet, basename="api-device")
router.register("projects", projects.ProjectViewSet, basename="api-project")

urlpatterns: list[URLPattern | URLResolver] = [
    *router.urls,
    path("headcounts/", schools.HeadcountViewSet.as_view({"get": "list"}), name="api-headcount-list"),
    path("completion/", completion.CompletionView.as_view(), name="api-completion"),
    path("figures/", figures.FiguresView.as_view(), name="api-figures"),
    path("schema/", docs.SchemaView.as_view(), name="api-schema"),
    path("docs/", docs.docs, name="api-docs"),
    re_path("", NotThere.as_view(), name="api-not-there"),
]
