"""Columns of lists that are looked at and taken away, and never come back: reports, people, the audit trail."""

from common.columns import Column

PUBLICATION_COLUMNS = (
    Column("session_on", "Sitzung", "Session", width=14, kind="date"),
    Column("title", "Bericht", "Report", width=40),
    Column("committee", "Ausschuss", "Committee", width=30),
    Column("as_of", "Stichtag", "As-of date", width=14, kind="date"),
    Column("state", "Stand", "State", width=16),
    Column("edition", "Ausgabe", "Edition", width=11, kind="number"),
    Column("correction", "Korrektur", "What is corrected", width=40),
    Column("published_at", "Veröffentlicht am", "Published on", width=17, kind="instant"),
)
PERSON_COLUMNS = (
    Column("name", "Name", "Name", width=28),
    Column("username", "Benutzername", "User name", width=22),
    Column("email", "E-Mail", "E-mail", width=30),
    Column("roles", "Rollen", "Roles", width=40),
    Column("last_login", "Letzte Anmeldung", "Last sign-in", width=17, kind="instant"),
    Column("access", "Zugang", "Access", width=20),
)
AUDIT_COLUMNS = (
    Column("at", "Wann", "When", width=17, kind="instant"),
    Column("who", "Wer", "Who", width=22),
    Column("channel", "Woher", "From where", width=18),
    Column("what", "Was", "What", width=30),
    Column("subject", "Gegenstand", "Subject", width=30),
    Column("reason", "Grund", "Reason", width=30),
    Column("kind", "Art", "Kind", width=18),
    Column("record", "Datensatz", "Data record", width=28),
    Column("school", "Schule", "School", width=28),
    Column("changes", "Änderungen", "Changes", width=60),
    Column("act", "Vorgang", "Act", width=10, kind="number"),
)
