"""How many requests somebody may send in a minute: per token or person, and per address for who has not signed in.

The count stands in the shared cache, but a process takes its share of the limit there in portions, so that most
requests touch no cache. The limit is exact for one process, and exceeded by a portion per process at worst.
"""

import threading
import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

MINUTE = 60
_PORTIONS = 20


class Counter:
    """What this process may still let through in the current minute, by whom it counts."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minute = 0
        self._left: dict[str, int] = {}

    def admits(self, who: str, limit: int, now: float) -> bool:
        minute = int(now // MINUTE)
        with self._lock:
            if minute != self._minute:
                self._minute, self._left = minute, {}
            if self._left.get(who, 0) < 1:
                self._left[who] = self._take_portion(f"api-rate:{who}:{minute}", limit)
            self._left[who] -= 1
            return self._left[who] >= 0

    def _take_portion(self, key: str, limit: int) -> int:
        taken: int = cache.get(key, 0)
        portion = min(max(1, limit // _PORTIONS), limit - taken)
        if portion > 0:
            cache.set(key, taken + portion, timeout=2 * MINUTE)
        return portion


counter = Counter()


class RequestThrottle(BaseThrottle):
    def allow_request(self, request: Request, view: Any) -> bool:
        who, limit = self._counted(request)
        self.now = time.time()
        return limit == 0 or counter.admits(who, limit, self.now)

    def wait(self) -> float:
        return MINUTE - self.now % MINUTE

    def _counted(self, request: Request) -> tuple[str, int]:
        """Behind whom the request counts, and the limit for them; 0: none."""
        if not request.user.is_authenticated:
            return f"address:{self.get_ident(request)}", settings.API_STRANGERS_PER_MINUTE
        token = getattr(request.auth, "pk", None)
        return f"token:{token}" if token else f"user:{request.user.pk}", settings.API_REQUESTS_PER_MINUTE
