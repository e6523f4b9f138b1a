"""Freeze a document with all its fields, certify it, and invite the first group."""

from esign_app import logs
from esign_app.automation import files
from esign_app.automation.keys import keys
from esign_app.db import utcnow
from esign_app.domain.signing import progress
from esign_app.domain.signing.progress import FreezeJob
from esign_app.engine import reading, step, transaction
from esign_app.trust import seal, stamp


@step("freeze")
def freeze(request_id: int) -> list[str]:
    """Freeze and certify; answers the messages to deliver."""
    with reading() as session:
        job = progress.freeze_job(session, request_id)
    if job is None:
        with transaction() as session:
            return list(progress.go_on(session, request_id, now=utcnow()).messages)
    logs.note(document=job.label)
    frozen = files.put(_frozen(job))
    with transaction() as session:
        frozen_sha256, head = progress.bind(session, request_id, frozen.sha256)
    content = files.get(frozen_sha256)
    certified = seal.certify(content, keys(), reason=f"chain:{head}", now=utcnow())
    bound = progress.Stored(frozen_sha256, len(content))
    stored = files.put(certified)
    with transaction() as session:
        done = progress.record_certified(session, request_id, bound, stored, now=utcnow())
        return list(done.messages)


def _frozen(job: FreezeJob) -> bytes:
    fields = [stamp.Field(**field) for field in job.fields]
    source = files.get(job.file_sha256)
    return stamp.freeze(source, label=job.label, fields=fields, manifest=job.manifest)
