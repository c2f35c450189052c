"""The master plan of the demo city: eight projects, and what has come of them. Told in German, as an office writes."""

from datetime import date
from typing import NamedTuple

from rollout.enums import EntryState, Precision

DONE, UNDER_WAY, PLANNED = EntryState.DONE, EntryState.UNDER_WAY, EntryState.PLANNED
DAY, MONTH, QUARTER, YEAR = Precision.DAY, Precision.MONTH, Precision.QUARTER, Precision.YEAR


class Value(NamedTuple):
    """What a declared figure says at ``as_of``; a test looks whether it still does."""

    key: str
    value: int
    text: str
    as_of: date
    since: date | None = None


class Entry(NamedTuple):
    text: str
    on: date
    precision: Precision
    state: EntryState
    figure: Value | None = None
    also: str = ""  # key of another project that the fact serves


class Project(NamedTuple):
    key: str
    title: str
    description: str
    unit: str
    contact: str
    entries: tuple[Entry, ...] = ()
    is_focus: bool = False


class Aim(NamedTuple):
    title: str
    goal: str
    measures: str
    projects: tuple[Project, ...]


TITLE = "Lindenfurt packt an"
DESCRIPTION = (
    "Der Masterplan bündelt, was die Stadt gemeinsam mit Schulen, Kammern und Betrieben für Bildung, Ausbildung und "
    "Wirtschaft erreichen will."
)
_SUMMER, _WINTER, _SINCE = date(2022, 6, 30), date(2023, 1, 31), date(2020, 7, 1)

ORDERED = Value("tablets_ordered", 13000, "13.000", _SUMMER)
DELIVERED = Value("tablets_delivered", 9600, "9.600", _SUMMER)
IN_SERVICE = Value("put_into_service", 14889, "ca. 15.000", _WINTER, _SINCE)
FINISHED = Value("schools_finished", 13, "13", _WINTER)
RUNNING = Value("sites_under_construction", 20, "20", _WINTER)
BOARDS = Value("boards_in_service", 100, "ca. 100", _WINTER)
MORE_BOARDS = Value("boards_planned", 150, "ca. 150", _WINTER)
FIBRE = Value("fibre_finished", 1, "ja", _WINTER)
STANDARD = Value("standard_presented", 1, "ja", _WINTER)
#: What the public page shows.
PUBLIC = (FINISHED, RUNNING, IN_SERVICE, BOARDS)

DIGITAL = Project(
    "digital",
    "Digitale Schule",
    "Alle städtischen Schulen erhalten schnelles Internet, WLAN in jedem Unterrichtsraum und Geräte, mit denen sich "
    "arbeiten lässt. Was eine Schule haben soll, legt ein gemeinsam vereinbarter Ausstattungsstandard fest.",
    "Amt für Schule und Bildung, Abteilung Schul-IT",
    "digitale-schule@lindenfurt.example",
    (
        Entry("13.000 Tablets und Convertibles sind bestellt.", date(2022, 6, 30), DAY, UNDER_WAY, ORDERED),
        Entry("9.600 der bestellten Geräte sind ausgeliefert.", date(2022, 6, 30), DAY, DONE, DELIVERED),
        Entry(
            "Seit Mitte 2020 sind ca. 15.000 Geräte in den Schulen in Betrieb genommen worden.",
            date(2023, 1, 31),
            DAY,
            DONE,
            IN_SERVICE,
        ),
        Entry("Die Glasfaserarbeiten sind abgeschlossen.", date(2023, 1, 1), MONTH, DONE, FIBRE),
        Entry("13 Schulen sind fertig ausgebaut.", date(2023, 1, 31), DAY, DONE, FINISHED),
        Entry("An 20 Standorten wird gleichzeitig gebaut.", date(2023, 1, 1), MONTH, UNDER_WAY, RUNNING),
        Entry("Ca. 100 digitale Tafeln sind im Einsatz.", date(2023, 1, 31), DAY, DONE, BOARDS),
        Entry("Ca. 150 weitere digitale Tafeln sollen folgen.", date(2023, 1, 1), YEAR, PLANNED, MORE_BOARDS),
        Entry(
            "Die Ausstattungsstandards sind mit den Schulen vereinbart und im Ausschuss vorgestellt.",
            date(2023, 1, 1),
            MONTH,
            DONE,
            STANDARD,
        ),
        Entry(
            "An allen Berufskollegs können Betriebe per Video in den Unterricht kommen.",
            date(2022, 10, 1),
            QUARTER,
            DONE,
            also="training",
        ),
    ),
    is_focus=True,
)
TRAINING = Project(
    "training",
    "Ausbildungsoffensive",
    "Schulen, Kammern und Betriebe werben gemeinsam für die duale Ausbildung: mit Praktika, Werkstatttagen und einer "
    "Börse, auf der freie Plätze und junge Menschen zusammenfinden.",
    "Wirtschaftsförderung",
    "ausbildung@lindenfurt.example",
    (
        Entry(
            "Die Ausbildungsbörse im Rathaus hat erstmals an zwei Tagen stattgefunden.", date(2022, 9, 1), MONTH, DONE
        ),
        Entry(
            "Mit der Handwerkskammer ist vereinbart, dass jede weiterführende Schule einen Werkstatttag anbietet.",
            date(2022, 11, 17),
            DAY,
            DONE,
        ),
        Entry("Eine gemeinsame Plattform für Praktikumsplätze wird aufgebaut.", date(2023, 1, 1), QUARTER, UNDER_WAY),
    ),
    is_focus=True,
)
NOBODY_LOST = Project(
    "nobody_lost",
    "Niemand geht verloren",
    "Wer die Schule verlässt, soll wissen, wie es weitergeht. Schulen, Jugendberufshilfe und Arbeitsagentur sprechen "
    "sich ab, bevor jemand ohne Anschluss bleibt.",
    "Jugendamt, Jugendberufshilfe",
    "jugendberufshilfe@lindenfurt.example",
    (
        Entry(
            "Alle Schulen der Sekundarstufe I haben eine feste Ansprechstelle für den Übergang in den Beruf.",
            date(2022, 8, 1),
            MONTH,
            DONE,
        ),
        Entry(
            "Beratung gibt es künftig auch online, erste Gespräche laufen.",
            date(2023, 1, 1),
            QUARTER,
            UNDER_WAY,
            also="digital",
        ),
    ),
)
CLEARING = Project(
    "clearing",
    "Clearingstelle Übergang",
    "Eine Anlaufstelle für alle Fragen rund um Schulabschluss, Ausbildung und Förderung, damit niemand von Amt zu Amt "
    "geschickt wird.",
    "Jugendamt, Jugendberufshilfe",
    "clearingstelle@lindenfurt.example",
    (Entry("Die Räume am Alten Markt werden hergerichtet.", date(2023, 1, 1), QUARTER, UNDER_WAY),),
)
LIVING = Project(
    "living",
    "Wohnen für Auszubildende",
    "Wer in Lindenfurt eine Ausbildung beginnt, soll hier auch bezahlbar wohnen können. Geprüft wird ein Wohnheim in "
    "der Nähe der Berufskollegs.",
    "Amt für Stadtentwicklung",
    "stadtentwicklung@lindenfurt.example",
)
CAMPUS = Project(
    "campus",
    "Mühlbach-Campus",
    "Auf dem früheren Werksgelände am Mühlbach entsteht ein Ort, an dem Hochschule, Weiterbildung und junge "
    "Unternehmen unter einem Dach arbeiten.",
    "Amt für Stadtentwicklung",
    "stadtentwicklung@lindenfurt.example",
    (
        Entry("Der Rat hat den Rahmenplan für das Gelände beschlossen.", date(2022, 12, 8), DAY, DONE),
        Entry("Die Bauleitplanung hat begonnen.", date(2023, 1, 1), QUARTER, UNDER_WAY),
        Entry("Die ersten Gebäude sollen bezogen werden.", date(2027, 1, 1), YEAR, PLANNED),
    ),
)
FOUNDING = Project(
    "founding",
    "Gründungsförderung",
    "Wer eine Idee hat, bekommt in Lindenfurt Beratung aus einer Hand, einen Schreibtisch auf Zeit und Kontakt zu "
    "Betrieben, die schon weiter sind.",
    "Wirtschaftsförderung",
    "gruendung@lindenfurt.example",
    (
        Entry("Die Gründungsberatung ist in das Haus der Wirtschaft eingezogen.", date(2022, 5, 1), MONTH, DONE),
        Entry("Ein Gründungspreis wird ausgelobt.", date(2023, 7, 1), QUARTER, PLANNED),
    ),
)
SMALL_FIRMS = Project(
    "small_firms",
    "Kompetenzzentrum für kleine und mittlere Unternehmen",
    "Kleine und mittlere Unternehmen finden Unterstützung bei der Digitalisierung: Sprechstunden, Vorführungen und "
    "Projekte mit der Hochschule.",
    "Wirtschaftsförderung",
    "wirtschaft@lindenfurt.example",
    (
        Entry("Der Förderantrag für das Zentrum ist gestellt.", date(2022, 10, 1), MONTH, UNDER_WAY),
        Entry("Das Zentrum nimmt seine Arbeit auf.", date(2026, 1, 1), YEAR, PLANNED),
    ),
)
AIMS = (
    Aim(
        "Gute Bildung und ein sicherer Übergang in den Beruf",
        "Alle jungen Menschen in Lindenfurt lernen unter guten Bedingungen und finden nach der Schule ihren Weg.",
        "Wir statten Schulen aus, bringen Betriebe in die Klassen und begleiten den Übergang.",
        (DIGITAL, TRAINING, NOBODY_LOST, CLEARING, LIVING),
    ),
    Aim(
        "Eine Wirtschaft, die sich erneuert",
        "Wer in Lindenfurt gründet oder einen Betrieb weiterentwickelt, findet Raum, Rat und Fachkräfte.",
        "Wir schaffen Flächen, bündeln Beratung und bringen Betriebe und Hochschule zusammen.",
        (CAMPUS, FOUNDING, SMALL_FIRMS),
    ),
)
