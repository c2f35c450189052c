"""Names of the choices in the description of the interface, where several fields are called alike."""

ENUM_NAMES = {
    "DeviceStatus": "inventory.enums.DeviceStatus",
    "EmptyCells": "imports.enums.Blank",
    "EntryState": "rollout.enums.EntryState",
    "FigureMeasure": "reports.enums.FigureMeasure",
    "FindingKind": "imports.enums.FindingKind",
    "FindingStatus": "imports.enums.FindingStatus",
    "ImportKind": "imports.enums.KindName",
    "ImportStatus": "imports.enums.BatchStatus",
    "MeasureEnum": "rollout.enums.Measure",
    "Outcome": "rollout.enums.Outcome",
    "PhaseEnum": "imports.enums.Phase",
    "ProgrammeKind": "funding.enums.ProgrammeKind",
    "ProjectPhase": "api.serializers.works.PHASE_CHOICES",
    "ProjectStatus": "rollout.enums.ProjectStatus",
    "Readiness": "rollout.enums.Readiness",
    "RoomKind": "schools.enums.RoomKind",
    "TradeEnum": "schools.enums.Trade",
    "Use": "inventory.enums.Use",
    "WebhookDeliveryState": "hooks.enums.DeliveryState",
    "WebhookTopic": "hooks.enums.Topic",
}
