"""Workbooks that a manager can hand on."""

from reports.workbooks.progress import read_progress, write_progress, write_workbook

__all__ = ["read_progress", "write_progress", "write_workbook"]
