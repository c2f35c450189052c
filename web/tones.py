"""Which colour class stands beside the words of a state. The words say it; the colour only helps the eye."""

from inventory.enums import BROKEN, COUNTS, GONE, ON_THE_WAY, DefectStatus, DeviceStatus
from rollout.enums import FINISHED, RUNNING, Outcome, ProjectStatus

NEUTRAL, WAY, GOOD, WARN, BAD, GONE_TONE = "neutral", "way", "good", "warn", "bad", "gone"

DEVICE_TONES: dict[str, str] = (
    {status.value: NEUTRAL for status in DeviceStatus}
    | {status.value: WAY for status in ON_THE_WAY}
    | {status.value: GOOD for status in COUNTS}
    | {status.value: WARN for status in BROKEN}
    | {status.value: GONE_TONE for status in GONE}
    | {DeviceStatus.LOST.value: BAD, DeviceStatus.STOLEN.value: BAD}
)

DEFECT_TONES: dict[str, str] = {
    DefectStatus.REPORTED.value: BAD,
    DefectStatus.TAKEN.value: WARN,
    DefectStatus.SENT.value: WAY,
    DefectStatus.BACK.value: WAY,
    DefectStatus.CLOSED.value: GONE_TONE,
}

PROJECT_TONES: dict[str, str] = (
    {status.value: NEUTRAL for status in ProjectStatus}
    | {status.value: WAY for status in (ProjectStatus.TENDERED, ProjectStatus.AWARDED, *RUNNING)}
    | {status.value: GOOD for status in FINISHED}
    | {ProjectStatus.BLOCKED.value: BAD, ProjectStatus.CANCELLED.value: GONE_TONE}
)

OUTCOME_TONES: dict[str, str] = {
    Outcome.MET.value: GOOD,
    Outcome.PARTLY.value: WARN,
    Outcome.NOT_MET.value: BAD,
    Outcome.NOT_DUE.value: WAY,
    Outcome.COVERED.value: GONE_TONE,
    Outcome.NOT_APPLICABLE.value: GONE_TONE,
    Outcome.UNKNOWN.value: NEUTRAL,
}


#: A month late is more than a matter of the next meeting.
LATE_DAYS = 30


def slip_tone(days: int | None) -> str:
    """Colour of works that are so many days later than planned; ``None``: nothing is known."""
    if days is None:
        return NEUTRAL
    if days <= 0:
        return GOOD
    return WARN if days <= LATE_DAYS else BAD
