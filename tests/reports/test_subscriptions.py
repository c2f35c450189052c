"""Reports by mail: when they are due, once each, with the rights that their owner has on that day."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from openpyxl import load_workbook

from accounts.models import User
from audit.actor import Actor
from audit.enums import Channel
from reports.custom_figures import create_figure, delete_figure
from reports.enums import MailState, Rhythm
from reports.models import Subscription, SubscriptionMail
from reports.publishing import create_publication, publish
from reports.sending import Links, send_due
from reports.subscriptions import last_due, of_token, subscribe, token_of, unsubscribe
from schools.models import School
from tests.factories import make_devices

pytestmark = pytest.mark.django_db
#: A Wednesday; the Monday before is the 3rd of June 2024.
TODAY = date(2024, 6, 5)
NOON = datetime(2024, 6, 5, 10, tzinfo=UTC)
MONDAY = date(2024, 6, 3)


@pytest.fixture(autouse=True)
def _sends_mail(settings: Any) -> None:
    settings.EMAIL_HOST = "mail.example"


@pytest.fixture
def owner(manager: User) -> User:
    manager.email = "mara@stadt.example"
    manager.save()
    return manager


def ordered(owner: User, *, subject: str = "progress", rhythm: str = Rhythm.WEEKLY, **values: Any) -> Subscription:
    given: dict[str, Any] = {"on": date(2024, 6, 1), "address": "https://schulen.example", "language": "en"} | values
    return subscribe(by=Actor(owner, Channel.PAGE), subject=subject, rhythm=rhythm, **given)


def send(now: datetime = NOON) -> int:
    return send_due(now, lambda one: Links(f"{one.address}/reports/", f"{one.address}/mails/{token_of(one)}/end/"))


def outcomes() -> list[tuple[date, str]]:
    return [(one.due_on, one.state) for one in SubscriptionMail.objects.order_by("due_on")]


@pytest.mark.parametrize(
    ("rhythm", "today", "due"),
    [
        (Rhythm.WEEKLY, MONDAY, MONDAY),
        (Rhythm.WEEKLY, date(2024, 6, 9), MONDAY),
        (Rhythm.MONTHLY, date(2024, 6, 30), date(2024, 6, 1)),
        (Rhythm.SESSION, date(2024, 6, 11), date(2024, 6, 11)),
        (Rhythm.SESSION, date(2024, 6, 12), date(2024, 6, 11)),
        (Rhythm.SESSION, date(2024, 6, 10), None),
        (Rhythm.SESSION, date(2024, 6, 13), None),
        (Rhythm.MONTHLY, date(2024, 5, 31), None),
    ],
)
def test_last_due_day(owner: User, rhythm: Rhythm, today: date, due: date | None) -> None:
    assert last_due(ordered(owner, rhythm=rhythm), today, [date(2024, 6, 12)]) == due


def test_progress_is_sent_once_for_its_day(owner: User, school: School) -> None:
    make_devices(2, school=school)
    subscription = ordered(owner)

    assert (send(), send(), send(NOON + timedelta(days=1))) == (1, 0, 0)

    (message,) = mail.outbox
    assert message.to == ["mara@stadt.example"]
    assert message.subject == "Progress as of 5 Jun 2024"
    end = f"https://schulen.example/mails/{token_of(subscription)}/end/"
    assert message.body.rstrip().endswith(end)
    assert message.extra_headers == {"List-Unsubscribe": f"<{end}>"}
    ((name, content, _kind),) = message.attachments
    assert name == "progress-2024-06-05.xlsx"
    assert len(load_workbook(BytesIO(content)).sheetnames) > 3
    assert outcomes() == [(MONDAY, MailState.SENT)]
    assert send(NOON + timedelta(days=7)) == 1


def test_nothing_is_sent_at_night(owner: User) -> None:
    ordered(owner)
    assert send(datetime(2024, 6, 5, 3, tzinfo=UTC)) == 0
    assert outcomes() == []


def test_mail_that_was_begun_is_not_begun_again(owner: User) -> None:
    """The server stopped in between: whether it went out nobody knows, so it does not go out twice."""
    SubscriptionMail.objects.create(subscription=ordered(owner), due_on=MONDAY, at=NOON)
    assert (send(), len(mail.outbox), outcomes()) == (0, 0, [(MONDAY, MailState.BEGUN)])


def test_rights_are_those_of_the_day_of_sending(
    owner: User, school_admin: User, school: School, other_school: School
) -> None:
    make_devices(2, school=school)
    make_devices(3, school=other_school)
    figure = ordered(owner, subject="figure", figure="tablets_delivered")
    Subscription.objects.filter(pk=figure.pk).update(owner=school_admin)
    User.objects.filter(pk=school_admin.pk).update(email="selma@schule.example")

    assert send() == 1

    assert mail.outbox[0].to == ["selma@schule.example"]
    assert mail.outbox[0].body.startswith("Tablets and convertibles delivered: 2 devices")


@pytest.mark.parametrize("loss", ["role", "account", "address", "mail server"])
def test_what_may_not_be_sent_is_said(owner: User, settings: Any, loss: str) -> None:
    ordered(owner)
    if loss == "role":
        owner.memberships.update(until=date(2024, 1, 1))
    elif loss == "account":
        User.objects.filter(pk=owner.pk).update(is_active=False)
    elif loss == "address":
        User.objects.filter(pk=owner.pk).update(email="")
    else:
        settings.EMAIL_HOST = ""

    assert (send(), len(mail.outbox)) == (0, 0)

    (one,) = SubscriptionMail.objects.all()
    texts = {
        "role": "The rights for it are missing.",
        "account": "The account is deactivated.",
        "address": "There is no e-mail address in the account.",
        "mail server": "This installation sends no mail.",
    }
    assert (one.state, one.reason) == (MailState.REFUSED, texts[loss])


def test_committee_report_comes_before_its_session_as_it_was_published(owner: User, school: School) -> None:
    by = Actor(owner, Channel.PAGE)
    make_devices(2, school=school)
    choices = ["devices_in_service:exact"]
    session: dict[str, Any] = {"committee": "Ausschuss", "session_on": TODAY + timedelta(1), "as_of": date(2024, 5, 31)}
    publish(create_publication(by=by, title="Sachstand", choices=choices, **session), by=by)
    ordered(owner, subject="report", rhythm=Rhythm.SESSION)

    assert (send(), send()) == (1, 0)

    ((name, content, kind),) = mail.outbox[0].attachments
    assert (name, kind, bytes(content[:5])) == ("sachstand-2024-06-06.pdf", "application/pdf", b"%PDF-")
    assert outcomes() == [(TODAY, MailState.SENT)]


def test_report_that_is_not_there_is_said(owner: User) -> None:
    ordered(owner, subject="report")
    assert send() == 0
    assert SubscriptionMail.objects.get().reason == "No committee report is published yet."


def test_figure_that_was_deleted_is_not_sent(owner: User, school: School) -> None:
    by = Actor(owner, Channel.PAGE)
    make_devices(1, school=school)
    figure = create_figure(by=by, name="Meine", subject="devices", measure="count", query="")
    ordered(owner, subject="figure", figure=figure.key)
    delete_figure(figure, by=by)
    assert (send(), outcomes()) == (0, [(MONDAY, MailState.REFUSED)])


def test_mail_server_that_fails_stops_no_other_mail(
    owner: User, it_staff: User, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    User.objects.filter(pk=it_staff.pk).update(email="ina@stadt.example")
    it_staff.refresh_from_db()
    ordered(owner)
    ordered(it_staff)
    settings.EMAIL_BACKEND = "tests.reports.test_subscriptions.NoServer"

    assert send() == 0

    assert outcomes() == [(MONDAY, MailState.FAILED)] * 2
    assert len(caplog.records) == 2


def test_mail_that_failed_is_tried_again_for_a_day(owner: User, settings: Any, mailoutbox: list[Any]) -> None:
    ordered(owner)
    works, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "tests.reports.test_subscriptions.NoServer"
    early = NOON - timedelta(days=2)  # the Monday itself
    assert send(early) == 0
    assert SubscriptionMail.objects.get().reason != ""

    settings.EMAIL_BACKEND = works
    assert send(early + timedelta(minutes=20)) == 0
    assert send(early + timedelta(hours=2)) == 1
    assert (outcomes(), len(mailoutbox)) == ([(MONDAY, MailState.SENT)], 1)
    assert send(early + timedelta(hours=4)) == 0


def test_mail_that_failed_long_ago_is_left(owner: User, settings: Any) -> None:
    ordered(owner)
    works, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "tests.reports.test_subscriptions.NoServer"
    send()
    settings.EMAIL_BACKEND = works
    assert send(NOON + timedelta(days=2)) == 0
    assert outcomes() == [(MONDAY, MailState.FAILED)]


class NoServer:
    """A mail server that is not there."""

    def __init__(self, **_options: Any) -> None:
        pass

    def send_messages(self, _messages: Any) -> int:
        raise ConnectionRefusedError("nobody there")


def test_same_is_ordered_once(owner: User) -> None:
    ordered(owner)
    with pytest.raises(ValidationError):
        ordered(owner)


def test_what_one_may_not_have_cannot_be_ordered(owner: User, reader: User) -> None:
    User.objects.filter(pk=reader.pk).update(email="rita@stadt.example")
    reader.refresh_from_db()
    with pytest.raises(ValidationError) as refusal:
        ordered(reader, subject="figure", figure="works_paid")
    assert refusal.value.code == "refused"
    assert Subscription.objects.count() == 0


def test_token_ends_its_own_subscription(owner: User) -> None:
    first, second = ordered(owner), ordered(owner, rhythm=Rhythm.MONTHLY)
    token = token_of(first)
    found = of_token(token)
    assert found == first
    unsubscribe(first, by=Actor(owner, Channel.PAGE))
    assert (of_token(token), of_token("falsch"), of_token(token_of(second))) == (None, None, second)
