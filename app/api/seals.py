"""Seals that the person behind the token administers, keeps or holds: to read. Changing them takes a person on a page."""

from datetime import datetime

from app.access.rules import Permission
from app.api.request import actor, now, person, reading
from app.api.shapes.common import LabelOut, Page, PageQuery, page_of
from app.api.shapes.seals import SealCertificateOut, SealKeeperOut, SealOut
from app.api.table import Answer, Table
from app.kernel.errors import FORBIDDEN, Refused
from app.seals.queries.administration import house_for, houses_of, period_of
from app.seals.queries.keeping import SealView
from app.seals.rules import SEAL_LABELS

table = Table("seals")


@table.add("GET", "/seals", answer=Page[SealOut], query=PageQuery)
def list_seals(query: PageQuery) -> Answer:
    """Seals (印章) with their keepers: all of an organisation for its officer, one's own for keepers and holders."""
    if Permission.SEAL_USE not in actor().scopes:
        raise Refused(FORBIDDEN, action=Permission.SEAL_USE)
    at, who = now(), person()
    houses = [] if who.is_platform_admin else houses_of(reading(), who.id, at)
    found = [view for key, _ in houses for view in house_for(reading(), who.id, key, at).seals]
    return page_of(SealOut, found, query, lambda view: _out(view, at), lambda view: view.seal.id)


def _out(view: SealView, at: datetime) -> SealOut:
    seal = view.seal
    label = SEAL_LABELS[seal.kind]
    return SealOut(
        id=seal.id,
        organisation_id=seal.organisation_id,
        organisation=view.organisation,
        kind=seal.kind,
        kind_label=LabelOut(zh=label.zh, en=label.en),
        name=seal.name,
        holder=view.holder,
        provider=seal.provider,
        certificate=SealCertificateOut(
            subject=seal.subject,
            issuer=seal.issuer,
            serial=seal.serial,
            sha256=seal.certificate_sha256,
            valid_from=seal.valid_from,
            valid_to=seal.valid_to,
            period=period_of(seal, at),
        ),
        projects=seal.projects,
        disciplines=seal.disciplines,
        needs_two=seal.needs_two,
        state=seal.state,  # type: ignore[arg-type]  # one of the three by the table's own check
        state_reason=seal.state_reason,
        state_at=seal.state_at,
        keepers=[
            SealKeeperOut(id=k.id, person_id=k.person_id, name=k.name, since=k.since) for k in view.keepers
        ],
    )
