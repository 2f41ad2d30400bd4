"""Registering seals, their state, and who keeps them: for an organisation's seal officer."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from asn1crypto import pem
from asn1crypto import x509 as asn1_x509

from app.access.models import Party
from app.accounts.models import Person
from app.kernel.db.transactions import Tx
from app.kernel.errors import NOT_FOUND, Refused, invalid
from app.kernel.ids import new_id
from app.kernel.labels import Label
from app.kernel.ledger.telling import note
from app.kernel.text import tidy
from app.projects.rules import Discipline
from app.seals.actions.officers import require_officer
from app.seals.models import Seal, SealKeeper
from app.seals.pictures import checked_picture
from app.seals.queries.keeping import is_keeper
from app.seals.refusals import BAD_CERTIFICATE, SEAL_ELSEWHERE, SEAL_EXISTS, SEAL_NOT_ACTIVE
from app.seals.rules import PERSONAL, SEAL_STATE_LABELS, Provider, SealKind, SealState
from app.seals.sealing.algorithms import algorithm_of

MOST_NAME = 100


@dataclass(frozen=True)
class RegisterSeal:
    """Enter a seal (登记印章)."""

    organisation_id: str
    kind: SealKind
    name: str
    provider: Provider
    key_ref: str
    certificate: bytes
    """PEM or DER."""
    picture: Mapping[str, Any]
    holder_id: str | None = None
    projects: Sequence[str] | None = None
    disciplines: Sequence[str] | None = None
    needs_two: bool = False


def register_seal(tx: Tx, command: RegisterSeal) -> str:
    """Register a seal; returns its id. Nobody keeps it yet.

    Raises:
        Refused: not the officer; a certificate that cannot seal or has run out; a personal seal without its person, a
            firm's seal with one; a scope that names nothing; a picture that cannot be drawn; registered already, here
            or by another organisation.
    """
    officer = require_officer(tx, command.organisation_id)
    return enter_seal(tx, command, officer).id


def enter_seal(tx: Tx, command: RegisterSeal, officer: str) -> Seal:
    """The row of a new seal, told to the ledger; that ``officer`` may was asked before.

    Raises:
        Refused: as :func:`register_seal`.
    """
    name = checked_name(command.name)
    _check_holder(tx, command)
    check_scope(tx, command.organisation_id, command.projects, command.disciplines)
    certificate = read_certificate(command.certificate)
    digest = hashlib.sha256(certificate.dump()).hexdigest()
    _check_key(tx, command, certificate, digest)
    row = Seal(
        id=new_id(),
        organisation_id=command.organisation_id,
        kind=command.kind,
        name=name,
        holder_id=command.holder_id,
        provider=command.provider,
        key_ref=command.key_ref[:200],
        certificate=base64.b64encode(certificate.dump()).decode("ascii"),
        certificate_sha256=digest,
        subject=str(certificate.subject.human_friendly)[:400],
        issuer=str(certificate.issuer.human_friendly)[:400],
        serial=f"{certificate.serial_number:x}"[:80],
        valid_from=certificate.not_valid_before,
        valid_to=certificate.not_valid_after,
        picture=checked_picture(command.kind, command.picture),
        projects=sorted(command.projects) if command.projects is not None else None,
        disciplines=sorted(command.disciplines) if command.disciplines is not None else None,
        needs_two=command.needs_two,
        state=SealState.ACTIVE,
        state_reason="",
        state_at=tx.now,
        created_by=officer,
        created_at=tx.now,
    )
    tx.session.add(row)
    note(tx, "seal.registered", row, seal=row.id, organisation=row.organisation_id)
    return row


def set_seal_state(tx: Tx, seal_id: str, state: SealState, reason: str) -> None:
    """Suspend, take up again, or revoke a seal for ever. What it sealed before is judged by its certificate.

    Raises:
        Refused: not the officer; revoked already; no reason given.
    """
    row = locked_seal(tx, seal_id)
    require_officer(tx, row.organisation_id)
    words = tidy(reason)
    if not words:
        raise invalid("原因 / reason", "请说明原因", "say why")
    if row.state == SealState.REVOKED:
        raise Refused(SEAL_NOT_ACTIVE, seal=row.name, state=SEAL_STATE_LABELS[row.state])
    if row.state == state:
        return
    row.state, row.state_reason, row.state_at = state, words[:400], tx.now
    note(tx, "seal.state-set", row, seal=row.id, organisation=row.organisation_id)


def name_keeper(tx: Tx, seal_id: str, person_id: str) -> str:
    """Let a person use a seal; returns the id of the naming. Done twice it changes nothing.

    Raises:
        Refused: not the officer; not an active account of the organisation; a personal seal is its holder's alone.
    """
    row = locked_seal(tx, seal_id)
    officer = require_officer(tx, row.organisation_id)
    person = tx.session.get(Person, person_id)
    if person is None or not person.is_active or person.organisation_id != row.organisation_id:
        raise invalid("用印人 / keeper", "不是该单位在用的账户", "no active account of this organisation")
    if row.holder_id is not None and row.holder_id != person_id:
        raise invalid(
            "用印人 / keeper", "个人印章只能由本人使用", "a personal seal is used by its holder alone"
        )
    if is_keeper(tx.session, seal_id, person_id, tx.now):
        return seal_id
    keeper = SealKeeper(id=new_id(), seal_id=seal_id, person_id=person_id, named_by=officer, since=tx.now)
    tx.session.add(keeper)
    note(tx, "seal.keeper-named", keeper, seal=seal_id, person=person_id)
    return keeper.id


def end_keeper(tx: Tx, keeper_id: str) -> None:
    """Take a seal away from a keeper.

    Raises:
        Refused: not the officer; nobody by this id keeps it.
    """
    query = sa.select(SealKeeper).where(SealKeeper.id == keeper_id, SealKeeper.until.is_(None))
    keeper = tx.session.scalars(query.with_for_update()).one_or_none()
    if keeper is None:
        raise Refused(NOT_FOUND)
    require_officer(tx, tx.session.get_one(Seal, keeper.seal_id).organisation_id)
    keeper.until = tx.now
    note(tx, "seal.keeper-ended", keeper, seal=keeper.seal_id, person=keeper.person_id)


def read_certificate(content: bytes) -> asn1_x509.Certificate:
    """A seal's certificate, PEM or DER, one that may sign.

    Raises:
        Refused: ``seal-bad-certificate``.
    """
    try:
        der = pem.unarmor(content)[2] if pem.detect(content) else content
        found = asn1_x509.Certificate.load(der, strict=True)
        found.native  # noqa: B018  reads all of it
        usage = found.key_usage_value
        algorithm_of(found)
    except Refused as error:
        raise Refused(
            BAD_CERTIFICATE, reason=f"密钥类型 / kind of key: {error.data.get('reason', '')}"
        ) from error
    except Exception as error:  # the library has many for bytes that are no certificate
        raise Refused(BAD_CERTIFICATE, reason=Label("不是 X.509 证书", "not an X.509 certificate")) from error
    if found.ca:
        raise Refused(BAD_CERTIFICATE, reason=Label("这是发证机构的证书", "it is an authority's own"))
    if usage is not None and not {"digital_signature", "non_repudiation"} & set(usage.native):
        raise Refused(
            BAD_CERTIFICATE,
            reason=Label("证书用途不含签名（keyUsage）", "its keyUsage does not allow signing"),
        )
    return found


def load_certificate(seal: Seal) -> asn1_x509.Certificate:
    """The certificate of a registered seal."""
    return asn1_x509.Certificate.load(base64.b64decode(seal.certificate))


def locked_seal(tx: Tx, seal_id: str) -> Seal:
    """A seal, held until the act ends.

    Raises:
        Refused: ``not-found``.
    """
    row = tx.session.scalars(sa.select(Seal).where(Seal.id == seal_id).with_for_update()).one_or_none()
    if row is None:
        raise Refused(NOT_FOUND)
    return row


def _check_holder(tx: Tx, command: RegisterSeal) -> None:
    if command.kind not in PERSONAL:
        if command.holder_id is not None:
            raise invalid("持有人 / holder", "单位印章没有个人持有人", "a firm's seal has no personal holder")
        return
    holder = tx.session.get(Person, command.holder_id) if command.holder_id else None
    if holder is None or holder.organisation_id != command.organisation_id:
        raise invalid("持有人 / holder", "须为该单位的人员", "must be a person of this organisation")


def checked_name(name: str) -> str:
    """What a seal is called.

    Raises:
        Refused: ``invalid-input``.
    """
    found = tidy(name)
    if not found or len(found) > MOST_NAME:
        raise invalid("名称 / name", f"须为 1 至 {MOST_NAME} 字", f"1 to {MOST_NAME} characters")
    return found


def check_scope(
    tx: Tx, organisation_id: str, projects: Sequence[str] | None, disciplines: Sequence[str] | None
) -> None:
    """Whether a scope names something that is the organisation's; None: all of it.

    Raises:
        Refused: ``invalid-input``.
    """
    if projects is not None:
        parties = sa.select(Party.project_id).where(Party.organisation_id == organisation_id)
        if not projects or set(projects) - set(tx.session.scalars(parties)):
            raise invalid(
                "项目 / projects", "至少选一个本单位参建的项目", "choose projects of this organisation"
            )
    if disciplines is not None and (not disciplines or set(disciplines) - {str(d) for d in Discipline}):
        raise invalid("专业 / disciplines", "至少选一个专业", "choose at least one discipline")


def _check_key(tx: Tx, command: RegisterSeal, certificate: asn1_x509.Certificate, digest: str) -> None:
    """The key is there, its certificate holds, and neither is another organisation's.

    A certificate is public: it goes out with every sealed file. Whoever could register somebody else's, with the name of
    the key, would seal with it.
    """
    if command.provider != Provider.RECORDED:
        if not tidy(command.key_ref):
            raise invalid("密钥名称 / key name", "不能为空", "must not be empty")
        if certificate.not_valid_after <= tx.now:
            raise Refused(BAD_CERTIFICATE, reason=Label("有效期已过", "it has run out"))
    known = sa.select(Seal.organisation_id, Seal.kind, Seal.certificate_sha256).where(
        sa.or_(
            Seal.certificate_sha256 == digest,
            sa.and_(
                Seal.provider == command.provider,
                Seal.key_ref == command.key_ref,
                Seal.provider != Provider.RECORDED,
            ),
        )
    )
    for organisation_id, kind, other in tx.session.execute(known):
        if organisation_id != command.organisation_id:
            raise Refused(SEAL_ELSEWHERE)
        if other == digest and kind == command.kind:
            raise Refused(SEAL_EXISTS)
