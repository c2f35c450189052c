from reports.models.custom_figures import CustomFigure
from reports.models.publications import Publication
from reports.models.report_templates import ReportTemplate
from reports.models.saved_views import DefaultView, SavedView
from reports.models.subscriptions import Subscription, SubscriptionMail

__all__ = [
    "CustomFigure",
    "DefaultView",
    "Publication",
    "ReportTemplate",
    "SavedView",
    "Subscription",
    "SubscriptionMail",
]
