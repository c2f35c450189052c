from reports.models.publications import Publication
from reports.models.report_templates import ReportTemplate

__all__ = ["Publication", "ReportTemplate"]
