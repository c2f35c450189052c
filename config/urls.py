"""Root of all addresses: people below ``/``, machines below ``/api/v1/``."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

# The sign-in page of the administration would know neither lock-out nor second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("api/v1/", include("api.urls")),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("web.urls")),
]

handler400 = "config.errors.bad_request"
handler500 = "config.errors.server_error"
