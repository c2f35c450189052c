"""Columns of the lists of imports and webhooks, which are looked at and taken away, and never come back."""

from common.columns import Column

IMPORT_COLUMNS = (
    Column("name", "Datei", "File", width=36),
    Column("kind", "Inhalt", "Content", width=18),
    Column("sender", "Absender", "Sender", width=24),
    Column("by", "Von", "By", width=22),
    Column("created_at", "Hochgeladen am", "Uploaded on", width=17, kind="instant"),
    Column("status", "Stand", "State", width=16),
    Column("new", "Neu", "New", width=11, kind="number"),
    Column("changed", "Geändert", "Changed", width=11, kind="number"),
    Column("unchanged", "Unverändert", "Unchanged", width=12, kind="number"),
    Column("rejected", "Abgewiesen", "Rejected", width=11, kind="number"),
    Column("ambiguous", "Mehrdeutig", "Ambiguous", width=12, kind="number"),
    Column("skipped", "Entfällt", "Left out", width=12, kind="number"),
)
WEBHOOK_COLUMNS = (
    Column("name", "Name", "Name", width=28),
    Column("receiver", "Empfänger", "Receiver", width=36),
    Column("user", "Mit den Rechten von", "With the rights of", width=24),
    Column("topics", "Themen", "Topics", width=40),
    Column("is_active", "Aktiv", "Active", width=11, kind="bool"),
    Column("created_at", "Angelegt am", "Created on", width=17, kind="instant"),
    Column("waiting", "Wartend", "Waiting", width=11, kind="number"),
    Column("failed", "Endgültig gescheitert", "Failed for good", width=14, kind="number"),
)
