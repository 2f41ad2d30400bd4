"""What each kind of job does. A handler works without a transaction and returns what shall be committed (law 7)."""

from collections.abc import Callable, Mapping
from typing import Any

from app.bootstrap import Services
from app.changes.models import KEEP_CHANGE
from app.changes.papers.keeping import keep_change_paper
from app.drawings.actions.comparisons import COMPARE
from app.drawings.actions.seal_verdicts import tell_worse
from app.drawings.comparing import compare_pair
from app.drawings.flows import read_file
from app.drawings.pairs import Pair
from app.kernel.db.transactions import Tx
from app.notices.making import SEND
from app.notices.sending import send_letter
from app.record.manifests import write_baseline_list, write_record_manifest
from app.review.actions.assist import ASSIST
from app.review.actions.self_check import SELF_CHECK
from app.review.assist.flow import run_assist, run_self_check
from app.review.paper_models import KEEP
from app.review.papers.keeping import keep_certificate
from app.seals.actions.batches import SEAL_BATCH
from app.seals.batches.run import run_batch
from app.seals.judging import JUDGE_FILE, judge_stored
from app.seals.rules import Cause

Commit = Callable[[Tx], None]
Handler = Callable[[Services, Mapping[str, Any]], Commit]


def _read_file(services: Services, payload: Mapping[str, Any]) -> Commit:
    return read_file(services.reading_room, payload["file_id"])


def _nothing(tx: Tx) -> None:
    """The work is its own effect; only the end of the job is committed."""


def _write_record_manifest(services: Services, payload: Mapping[str, Any]) -> Commit:
    write_record_manifest(services.database, services.store, payload["revision_id"])
    return _nothing


def _write_baseline_list(services: Services, payload: Mapping[str, Any]) -> Commit:
    write_baseline_list(services.database, services.store, payload["baseline_id"])
    return _nothing


def _compare(services: Services, payload: Mapping[str, Any]) -> Commit:
    compare_pair(services.reading_room, Pair.from_payload(payload), is_again=bool(payload.get("again")))
    return _nothing


def _keep_certificate(services: Services, payload: Mapping[str, Any]) -> Commit:
    return keep_certificate(
        services.database,
        services.store,
        payload["certificate_id"],
        base_url=services.settings.base_url,
        now=services.clock.now(),
    )


def _keep_change_paper(services: Services, payload: Mapping[str, Any]) -> Commit:
    return keep_change_paper(
        services.database,
        services.store,
        payload["change_id"],
        base_url=services.settings.base_url,
        now=services.clock.now(),
    )


def _assist(services: Services, payload: Mapping[str, Any]) -> Commit:
    return run_assist(services.database, services.derived, payload["run"])


def _send_letter(services: Services, payload: Mapping[str, Any]) -> Commit:
    return send_letter(
        services.database, services.outgoing, payload["letter"], base_url=services.settings.base_url
    )


def _self_check(services: Services, payload: Mapping[str, Any]) -> Commit:
    return run_self_check(services.database, services.derived, payload["run"])


def _seal_batch(services: Services, payload: Mapping[str, Any]) -> Commit:
    return run_batch(services.seals, payload["batch_id"])


def _judge_file(services: Services, payload: Mapping[str, Any]) -> Commit:
    cause = Cause(payload["cause"])
    return judge_stored(services.seals, payload["sha256"], cause, payload["project_id"], worsened=tell_worse)


HANDLERS: Mapping[str, Handler] = {
    "read_file": _read_file,
    "write_record_manifest": _write_record_manifest,
    "write_baseline_list": _write_baseline_list,
    COMPARE: _compare,
    KEEP: _keep_certificate,
    KEEP_CHANGE: _keep_change_paper,
    ASSIST: _assist,
    SELF_CHECK: _self_check,
    SEND: _send_letter,
    SEAL_BATCH: _seal_batch,
    JUDGE_FILE: _judge_file,
}
LETTERS = frozenset({SEND})
"""What waits for servers of others has a thread of its own."""
SLOW = frozenset({COMPARE, ASSIST, SELF_CHECK})
"""What may take minutes has a thread of its own: a clerk's upload is not read after it."""
SEALING = frozenset({SEAL_BATCH})
"""A set of hundreds takes minutes, and somebody waits for it: it neither waits for comparisons nor do uploads for it."""
JUDGING = frozenset({JUDGE_FILE})
"""Each file is judged in a child of its own while the next ones are sealed."""
