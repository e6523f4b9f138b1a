"""What changed after something was signed, and whether it was allowed to.

The policy is stricter than pyHanko's: an appearance stream may not be overwritten in place (that also cures a false alarm on
locked fields), and nothing of the form but its fields may change.
"""

import re
from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel, StandardDiffPolicy
from pyhanko.sign.diff_analysis.form_rules_api import FormUpdatingRule
from pyhanko.sign.diff_analysis.rules.file_structure_rules import (
    CatalogModificationRule,
    ObjectStreamRule,
    XrefStreamRule,
)
from pyhanko.sign.diff_analysis.rules.form_field_rules import (
    DSSCompareRule,
    GenericFieldModificationRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
)
from pyhanko.sign.diff_analysis.rules.metadata_rules import DocInfoRule, MetadataUpdateRule
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from esign_app.trust.formtext import shows_its_value
from esign_app.trust.verdict import Remark

_SAVE_FACTS = r"(?:xmp:ModifyDate|xmp:MetadataDate|pdf:Producer|xmpMM:InstanceID)"
_SAVED_WHEN = re.compile(rf"<({_SAVE_FACTS})>[^<]*</\1>|{_SAVE_FACTS}=\"[^\"]*\"")
_UPDATES = ModificationLevel.LTA_UPDATES
POLICY = StandardDiffPolicy(
    global_rules=[
        CatalogModificationRule(),
        DocInfoRule().as_qualified(_UPDATES),
        XrefStreamRule().as_qualified(_UPDATES),
        ObjectStreamRule().as_qualified(_UPDATES),
        DSSCompareRule().as_qualified(_UPDATES),
        MetadataUpdateRule().as_qualified(_UPDATES),
    ],
    form_rule=FormUpdatingRule(
        field_rules=[
            SigFieldCreationRule(),
            SigFieldModificationRule(allow_in_place_appearance_stream_changes=False),
            GenericFieldModificationRule(allow_in_place_appearance_stream_changes=False),
        ],
        ignored_acroform_keys=frozenset({"/Fields"}),
    ),
)


def check_later_revisions(signature: EmbeddedPdfSignature) -> Iterator[Remark]:
    """Whether everything after this signature keeps to what it, or an earlier lock, allows."""
    result, level = signature.diff_result, signature.docmdp_level
    if not isinstance(result, DiffResult):
        yield Remark("ALTERED", "changed-after-signature", str(signature.field_name))
    elif level is not None and result.modification_level.value > level.value:
        yield Remark("ALTERED", "change-not-allowed", str(signature.field_name))


def check_after_last(
    last: EmbeddedPdfSignature, *, certified: MDPPerm | None, open_fields: bool
) -> Iterator[Remark]:
    """What no genuine signature covers any more.

    Validation data may be added. Form values may be filled in while a certified document still waits for signatures; the
    page must then tell them. Anything else after the last signature is a change.
    """
    result = last.diff_result
    if not isinstance(result, DiffResult) or result.modification_level <= ModificationLevel.NONE:
        return
    if result.modification_level <= _UPDATES:
        if _metadata(last.reader.get_historical_resolver(last.signed_revision)) != _metadata(last.reader):
            yield Remark("INTACT_METADATA_CHANGED", "metadata")
        return
    filling = (
        certified in (MDPPerm.FILL_FORMS, MDPPerm.ANNOTATE)
        and open_fields
        and bool(result.changed_form_fields)
    )
    if not filling:
        yield Remark("ALTERED", "changed-after-last-signature")
        return
    for name in sorted(result.changed_form_fields):
        yield _filled(last, name)


def _filled(last: EmbeddedPdfSignature, name: str) -> Remark:
    before = _field(last.reader.get_historical_resolver(last.signed_revision).root, name)
    after = _field(last.reader.root, name)
    if before is None or after is None or _at(after, "/FT") != "/Tx":
        return Remark("ALTERED", "field-changed", name)
    old, new = str(_at(before, "/V") or ""), str(_at(after, "/V") or "")
    if old == new or not shows_its_value(after):
        return Remark("ALTERED", "field-shows-another-value", name)
    return Remark("INTACT_FIELDS_FILLED", "field-filled", f"{name}: {old} -> {new}"[:500])


def _field(root: Any, name: str) -> Any:
    """A field at the root of the form; nested ones are not filled by any flow that could be genuine."""
    for reference in _at(_at(root, "/AcroForm"), "/Fields") or ():
        field = reference.get_object()
        if str(_at(field, "/T")) == name:
            return field
    return None


def _metadata(revision: PdfFileReader | HistoricalResolver) -> tuple[str, str]:
    """Title, author and their kin in both places that hold them, comparable; which program saved when is not of interest."""
    info = _at(revision.trailer_view, "/Info") or {}
    entries = sorted((str(key), repr(_at(info, key))) for key in info if key not in ("/ModDate", "/Producer"))
    packet = _at(revision.root, "/Metadata")
    text = packet.data.decode("utf-8", "replace") if packet else ""
    return repr(entries), "".join(_SAVED_WHEN.sub("", text).split())


def _at(dictionary: Any, key: str) -> Any:
    """The object under `key` itself, never a reference to it; None when there is none."""
    return dictionary.raw_get(key).get_object() if dictionary is not None and key in dictionary else None
