"""Addresses of refresh planning."""

from django.urls import URLPattern, URLResolver, path

from web.views import refresh

refresh_pages: list[URLPattern | URLResolver] = [
    path("reports/refresh/", refresh.refresh_plan, name="refresh_plan"),
    path("reports/refresh/devices/", refresh.refresh_devices, name="refresh_devices"),
    path("reports/refresh/workbook/", refresh.refresh_workbook, name="refresh_workbook"),
]
