"""Addresses of orders and deliveries."""

from django.urls import URLPattern, URLResolver, path

from web.views import (
    deliveries,
    delivery_files,
    delivery_report,
    device_finance,
    findings,
    free_delivery,
    receiving,
    unbooking,
)

delivery_pages: list[URLPattern | URLResolver] = [
    path("deliveries/", deliveries.order_list, name="order_list"),
    path("deliveries/new/", free_delivery.delivery_free, name="delivery_free"),
    path("deliveries/<int:pk>/", deliveries.delivery_detail, name="delivery_detail"),
    path("deliveries/<int:pk>/compare/", findings.delivery_compare, name="delivery_compare"),
    path("deliveries/orders/new/", deliveries.order_create, name="order_create"),
    path("deliveries/orders/<int:pk>/", deliveries.order_detail, name="order_detail"),
    path("deliveries/orders/<int:pk>/receive/", receiving.delivery_create, name="delivery_create"),
    path("deliveries/orders/<int:pk>/lines/<int:line_pk>/financing/", device_finance.line_finance, name="line_finance"),
    path("deliveries/<int:pk>/report/", delivery_report.delivery_report, name="delivery_report"),
    path(
        "deliveries/<int:pk>/report/workbook/",
        delivery_report.delivery_report_workbook,
        name="delivery_report_workbook",
    ),
    path("deliveries/<int:pk>/files/new/", delivery_files.delivery_file_attach, name="delivery_file_attach"),
    path("deliveries/<int:pk>/files/<int:file_pk>/", delivery_files.delivery_file, name="delivery_file"),
    path(
        "deliveries/<int:pk>/files/<int:file_pk>/remove/",
        delivery_files.delivery_file_remove,
        name="delivery_file_remove",
    ),
    path("deliveries/<int:pk>/unbook/", unbooking.delivery_unbook, name="delivery_unbook"),
]
