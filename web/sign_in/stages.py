"""The step between the password and the second factor."""

from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest


class SecondFactorStage(AuthenticateStage):
    """allauth's, but nobody is led back to it whose factors were removed meanwhile.

    Its page would send them on to the sign-in page, which would lead them back, without end.
    """

    def is_resumable(self, request: HttpRequest) -> bool:
        return self._should_handle(request)
