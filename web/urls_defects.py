"""Addresses of reported defects, of their repair and of swapped devices."""

from django.urls import URLPattern, URLResolver, path

from web.views import device_defects, device_swap

defect_pages: list[URLPattern | URLResolver] = [
    path("defects/", device_defects.device_defect_list, name="device_defect_list"),
    path("defects/report/", device_defects.device_defect_find, name="device_defect_find"),
    path("defects/<int:pk>/", device_defects.device_defect, name="device_defect"),
    path("defects/<int:pk>/photos/new/", device_defects.device_defect_photo_add, name="device_defect_photo_add"),
    path("defects/<int:pk>/photos/<int:photo_pk>/", device_defects.device_defect_photo, name="device_defect_photo"),
    path(
        "defects/<int:pk>/photos/<int:photo_pk>/remove/",
        device_defects.device_defect_photo_remove,
        name="device_defect_photo_remove",
    ),
    path("defects/<int:pk>/<slug:step>/", device_defects.device_defect_step, name="device_defect_step"),
    path("devices/<int:pk>/defect/", device_defects.device_defect_report, name="device_defect_report"),
    path("devices/<int:pk>/swap/", device_swap.device_swap, name="device_swap"),
]
