"""Reports to a committee: written as drafts, frozen when they are published, corrected by a new edition."""

from reports.publishing.content import Content, content_of
from reports.publishing.services import (
    change_publication,
    correct_publication,
    create_publication,
    delete_publication,
    publish,
)

__all__ = [
    "Content",
    "change_publication",
    "content_of",
    "correct_publication",
    "create_publication",
    "delete_publication",
    "publish",
]
