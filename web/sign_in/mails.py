"""Mails about accounts, sent by the worker: an answer takes the same time whether there is a mail or not."""

from django.core.mail import EmailMessage
from django_tasks import task


@task()
def send_mail(subject: str, body: str, to: list[str]) -> None:
    """Without an address nothing is sent."""
    EmailMessage(subject, body, to=to).send()
