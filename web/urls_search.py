"""Address of the search."""

from django.urls import URLPattern, URLResolver, path

from web.views import search

search_pages: list[URLPattern | URLResolver] = [
    path("search/", search.search, name="search"),
]
