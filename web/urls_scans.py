"""Addresses of what is done with a scanner: the scan page and stocktakes."""

from django.urls import URLPattern, URLResolver, path

from web.views import scans, stocktakes

scan_pages: list[URLPattern | URLResolver] = [
    path("scan/", scans.scan, name="scan"),
    path("scan/<int:pk>/undo/", scans.scan_undo, name="scan_undo"),
    path("scan/worker.js", scans.scan_worker, name="scan_worker"),
    path("stocktakes/", stocktakes.stocktake_list, name="stocktake_list"),
    path("stocktakes/new/", stocktakes.stocktake_create, name="stocktake_create"),
    path("stocktakes/<int:pk>/", stocktakes.stocktake_detail, name="stocktake_detail"),
    path("stocktakes/<int:pk>/count/", stocktakes.stocktake_count, name="stocktake_count"),
    path("stocktakes/<int:pk>/sign-off/", stocktakes.stocktake_sign_off, name="stocktake_sign_off"),
    path("stocktakes/<int:pk>/workbook/", stocktakes.stocktake_workbook, name="stocktake_workbook"),
    path("stocktakes/<int:pk>/items/<int:item_pk>/uncount/", stocktakes.stocktake_uncount, name="stocktake_uncount"),
    path("stocktakes/<int:pk>/items/<int:item_pk>/add/", stocktakes.stocktake_add, name="stocktake_add"),
]
