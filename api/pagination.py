"""Lists come in pages: ``?page=2&page_size=500`` → ``{"count", "next", "previous", "results"}``."""

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request


class Pages(PageNumberPagination):
    page_size = 100
    max_page_size = 1000
    page_size_query_param = "page_size"

    def get_page_size(self, request: Request) -> int:
        """Raises ``ValidationError`` where another page size than the one asked for would be given."""
        given = request.query_params.get(self.page_size_query_param)
        if given is None:
            return self.page_size
        # isdecimal alone admits digits of other scripts, and a number of any length.
        if given.isascii() and given.isdecimal() and len(given) < 6 and 0 < int(given) <= self.max_page_size:
            return int(given)
        message = _("A page holds between 1 and %(most)s rows.") % {"most": self.max_page_size}
        raise ValidationError({self.page_size_query_param: message}, "invalid")
