"""Addresses of handing devices out and of collecting them."""

from django.urls import URLPattern, URLResolver, path

from web.views import lending

lending_pages: list[URLPattern | URLResolver] = [
    path("devices/hand-out/", lending.device_hand_out, name="device_hand_out"),
    path("returns/", lending.return_list, name="return_list"),
    path("returns/new/", lending.return_create, name="return_create"),
    path("returns/<int:pk>/", lending.return_detail, name="return_detail"),
    path("returns/<int:pk>/close/", lending.return_close, name="return_close"),
]
