"""What may change of a registered seal: its name, where and how it is used; and its certificate, by a new seal."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from app.kernel.db.transactions import Tx
from app.kernel.errors import STALE, Refused
from app.kernel.ids import new_id
from app.kernel.ledger.telling import note
from app.seals.actions.officers import require_officer
from app.seals.actions.seals import RegisterSeal, check_scope, checked_name, enter_seal, locked_seal
from app.seals.models import Seal, SealKeeper
from app.seals.refusals import SEAL_NOT_ACTIVE
from app.seals.rules import SEAL_STATE_LABELS, Provider, SealKind, SealState

REPLACED = "换用新证书 / replaced by certificate {serial}"
"""Why the old seal is revoked; stands in the record."""


@dataclass(frozen=True)
class EditSeal:
    """Change what a seal is called and where it may be used; kind, holder, certificate and picture stay."""

    seal_id: str
    version: int
    name: str
    projects: Sequence[str] | None
    disciplines: Sequence[str] | None
    needs_two: bool


def edit_seal(tx: Tx, command: EditSeal) -> None:
    """Change a seal; decisions that were made before are not touched.

    Raises:
        Refused: not the officer; stale version; revoked; no name; a scope that names nothing.
    """
    row = locked_seal(tx, command.seal_id)
    require_officer(tx, row.organisation_id)
    _require_life(row)
    if row.version != command.version:
        raise Refused(STALE)
    check_scope(tx, row.organisation_id, command.projects, command.disciplines)
    row.name = checked_name(command.name)
    row.projects = sorted(command.projects) if command.projects is not None else None
    row.disciplines = sorted(command.disciplines) if command.disciplines is not None else None
    row.needs_two = command.needs_two
    if tx.session.is_modified(row):
        note(tx, "seal.edited", row, seal=row.id, organisation=row.organisation_id)


@dataclass(frozen=True)
class ReplaceCertificate:
    """A seal goes on with another certificate."""

    seal_id: str
    provider: Provider
    key_ref: str
    certificate: bytes
    """PEM or DER."""


def replace_certificate(tx: Tx, command: ReplaceCertificate) -> str:
    """A new seal like the old one, with the same keepers; the old one is revoked. Returns the new one's id.

    A new seal, because what the old certificate sealed must go on naming it.

    Raises:
        Refused: not the officer; revoked already; the certificate as :func:`app.seals.actions.seals.register_seal`.
    """
    old = locked_seal(tx, command.seal_id)
    officer = require_officer(tx, old.organisation_id)
    _require_life(old)
    new = enter_seal(
        tx,
        RegisterSeal(
            organisation_id=old.organisation_id,
            kind=SealKind(old.kind),
            name=old.name,
            provider=command.provider,
            key_ref=command.key_ref,
            certificate=command.certificate,
            picture=old.picture,
            holder_id=old.holder_id,
            projects=old.projects,
            disciplines=old.disciplines,
            needs_two=old.needs_two,
        ),
        officer,
    )
    kept = sa.select(SealKeeper.person_id).where(SealKeeper.seal_id == old.id, SealKeeper.until.is_(None))
    for person_id in tx.session.scalars(kept).all():
        keeper = SealKeeper(id=new_id(), seal_id=new.id, person_id=person_id, named_by=officer, since=tx.now)
        tx.session.add(keeper)
        note(tx, "seal.keeper-named", keeper, seal=new.id, person=person_id)
    old.state, old.state_reason = SealState.REVOKED, REPLACED.format(serial=new.serial)
    old.state_at = tx.now
    note(tx, "seal.state-set", old, seal=old.id, organisation=old.organisation_id)
    return new.id


def _require_life(row: Seal) -> None:
    if row.state == SealState.REVOKED:
        raise Refused(SEAL_NOT_ACTIVE, seal=row.name, state=SEAL_STATE_LABELS[SealState.REVOKED])
