"""Addresses of the wider programme and of the public page, which is off here. Part of ``url_table``."""

from tests.house import rows
from tests.house.rows import but, everybody, who

#: What is published: whoever has a role anywhere reads it.
READ = but(who(anonymous=302, strangers=404, school=200, readers=200, workers=200), foreign_admin=200)
API_READ = but(READ, anonymous=401)
#: Changed by those who publish.
PUBLISH = rows.STANDARDS
CHANGE = but(who(anonymous=302, strangers=404, school=403, readers=403, workers=200), foreign_admin=403, it_staff=403)
DONE = but(CHANGE, manager=302, administrator=302)
OFF = everybody(404)

GET = {
    "web:plan_overview": ("", rows.SIGNED_IN),
    "web:plan_create": ("", PUBLISH),
    "web:plan_change": ("plan", CHANGE),
    "web:plan_delete": ("plan", CHANGE),
    "web:objective_create": ("plan", CHANGE),
    "web:objective_change": ("objective", CHANGE),
    "web:objective_delete": ("objective", CHANGE),
    "web:initiative_create": ("objective", CHANGE),
    "web:initiative_detail": ("initiative", READ),
    "web:initiative_change": ("initiative", CHANGE),
    "web:initiative_publish": ("initiative", rows.POST_ONLY),
    "web:initiative_unpublish": ("initiative", CHANGE),
    "web:initiative_withdraw": ("initiative", CHANGE),
    "web:entry_proposals": ("initiative", CHANGE),
    "web:entry_create": ("initiative", CHANGE),
    "web:entry_hints": ("", rows.POST_ONLY),
    "web:entry_detail": ("progress_entry", READ),
    "web:entry_change": ("progress_entry", CHANGE),
    "web:entry_publish": ("progress_entry", rows.POST_ONLY),
    "web:entry_unpublish": ("progress_entry", CHANGE),
    "web:entry_withdraw": ("progress_entry", CHANGE),
    "web:public_figures": ("", PUBLISH),
    "web:public_progress": ("", OFF),
    "web:public_data": ("", OFF),
    "web:public_connections": ("", OFF),
    "web:public_feed": ("", OFF),
    "api-master-plan-list": ("", rows.API_LIST),
    "api-master-plan-detail": ("plan", API_READ),
    "api-objective-list": ("", rows.API_LIST),
    "api-objective-detail": ("objective", API_READ),
    "api-initiative-list": ("", rows.API_LIST),
    "api-initiative-detail": ("initiative", API_READ),
    "api-initiative-publish": ("initiative", rows.API_POST_ONLY),
    "api-initiative-unpublish": ("initiative", rows.API_POST_ONLY),
    "api-initiative-withdraw": ("initiative", rows.API_POST_ONLY),
    "api-progress-entry-list": ("", rows.API_LIST),
    "api-progress-entry-detail": ("progress_entry", API_READ),
    "api-progress-entry-publish": ("progress_entry", rows.API_POST_ONLY),
    "api-progress-entry-unpublish": ("progress_entry", rows.API_POST_ONLY),
    "api-progress-entry-withdraw": ("progress_entry", rows.API_POST_ONLY),
    # without a day
    "api-progress-proposals": ("", rows.API_STANDARDS),
    "api-public-figures": ("", rows.API_LIST),
}

POST = {
    "web:plan_create": ("", PUBLISH),
    "web:plan_change": ("plan", CHANGE),
    "web:plan_delete": ("plan", CHANGE),
    "web:objective_create": ("plan", CHANGE),
    "web:objective_change": ("objective", CHANGE),
    "web:objective_delete": ("objective", CHANGE),
    "web:initiative_create": ("objective", CHANGE),
    "web:initiative_change": ("initiative", CHANGE),
    # is published already
    "web:initiative_publish": ("initiative", DONE),
    "web:initiative_unpublish": ("initiative", CHANGE),
    "web:initiative_withdraw": ("initiative", CHANGE),
    "web:entry_create": ("initiative", CHANGE),
    "web:entry_hints": ("", PUBLISH),
    "web:entry_change": ("progress_entry", CHANGE),
    "web:entry_publish": ("progress_entry", DONE),
    "web:entry_unpublish": ("progress_entry", CHANGE),
    "web:entry_withdraw": ("progress_entry", CHANGE),
    # no figure is shown any more
    "web:public_figures": ("", but(PUBLISH, manager=302, administrator=302)),
    "api-master-plan-list": ("", rows.API_STANDARDS),
    "api-objective-list": ("", rows.API_STANDARDS),
    "api-initiative-list": ("", rows.API_STANDARDS),
    "api-initiative-publish": ("initiative", rows.API_STANDARDS_UNVERSIONED),
    "api-initiative-unpublish": ("initiative", rows.API_STANDARDS),
    "api-initiative-withdraw": ("initiative", rows.API_STANDARDS),
    "api-progress-entry-list": ("", rows.API_STANDARDS),
    "api-progress-entry-publish": ("progress_entry", rows.API_STANDARDS_UNVERSIONED),
    "api-progress-entry-unpublish": ("progress_entry", rows.API_STANDARDS),
    "api-progress-entry-withdraw": ("progress_entry", rows.API_STANDARDS),
    "api-public-figures": ("", rows.API_STANDARDS),
}

SEND = {
    ("PATCH", "api-master-plan-detail"): ("plan", rows.API_STANDARDS),
    ("DELETE", "api-master-plan-detail"): ("plan", rows.API_STANDARDS_UNVERSIONED),
    ("PATCH", "api-objective-detail"): ("objective", rows.API_STANDARDS),
    ("DELETE", "api-objective-detail"): ("objective", rows.API_STANDARDS_UNVERSIONED),
    ("PATCH", "api-initiative-detail"): ("initiative", rows.API_STANDARDS),
    ("PATCH", "api-progress-entry-detail"): ("progress_entry", rows.API_STANDARDS),
}
