"""All tables. Rows stay below the domain; above it travel frozen views."""

from esign_app.models.automation import Delivery, Event, Message, Rule, RuleVersion, Run, RunStep
from esign_app.models.crm import (
    Company,
    Contact,
    Deal,
    DealLine,
    OwnCompany,
    OwnSignatory,
    Pipeline,
    Stage,
)
from esign_app.models.documents import (
    Document,
    DocumentVersion,
    File,
    Layout,
    LayoutBlock,
    LayoutSlot,
    Series,
    SeriesNumber,
    Template,
    TemplateVersion,
)
from esign_app.models.people import ApiKey, Department, Login, Role, RoleRight, User, UserRole
from esign_app.models.signing import (
    OPEN_STATES,
    AuditEntry,
    AuditValue,
    Challenge,
    Consent,
    ConsentText,
    Decline,
    Opening,
    Party,
    Revision,
    Signature,
    SigningRequest,
    Slot,
)

__all__ = [
    "OPEN_STATES", "ApiKey", "AuditEntry", "AuditValue", "Challenge", "Company", "Consent", "ConsentText",
    "Contact", "Deal", "DealLine", "Decline", "Delivery", "Department", "Document", "DocumentVersion",
    "Event", "File", "Layout", "LayoutBlock", "LayoutSlot", "Login", "Message", "Opening", "OwnCompany",
    "OwnSignatory", "Party", "Pipeline", "Revision", "Role", "RoleRight", "Rule", "RuleVersion", "Run",
    "RunStep", "Series", "SeriesNumber", "Signature", "SigningRequest", "Slot", "Stage", "Template",
    "TemplateVersion", "User", "UserRole",
]
