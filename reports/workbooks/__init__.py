"""Workbooks that a manager can hand on."""

from reports.workbooks.progress import write_progress

__all__ = ["write_progress"]
