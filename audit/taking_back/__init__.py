"""Taking an act back, for records of every type: what it did to each is reversed, or kept because of what came since.

Every record that an act touched has an audit entry, so the entries tell what is to be reversed:

* *Dated facts* are superseded, and what was believed before is recorded anew: reports "as known at" an earlier
  instant still show them.
* *Details* without a history are set back to their old values, where they still are as the act left them.
* A record that the act *made* is marked as revoked where its superseded facts need it (``revoked_by``), else deleted.
* A record stays when somebody changed it since. What was done by acts that were taken back themselves does not count.

Planning only reads; ``take_back`` writes the plan. Both take a constant number of statements per type of record.
"""

from audit.taking_back.planning import plan_taking_back
from audit.taking_back.records import Stays, Step, TakingBack, Undoable
from audit.taking_back.references import used_today
from audit.taking_back.writing import take_back

__all__ = ["Stays", "Step", "TakingBack", "Undoable", "plan_taking_back", "take_back", "used_today"]
