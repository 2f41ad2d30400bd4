"""Reviews across projects: what lies where now, and the statistics of a period; for an agency, an authority, one project."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from flask import Blueprint, g, redirect, render_template, request
from werkzeug.wrappers import Response

from app.access.rules import Permission
from app.kernel.errors import NOT_FOUND, Refused
from app.kernel.policy import Target
from app.review.draws.queries import draws_of
from app.review.periods import around, read_period
from app.review.queries.statistics import figures, timed_cases
from app.review.queries.workload import SOON, workload
from app.review.reach import Reach, ReachKind, project_clause, reach_for, reaches_of
from app.review.report import COHORT, MANDATORY, MUST_FIX, TAKEN_BACK, Report, report_of, report_xlsx
from app.review.statistics import NO_INSTITUTE
from app.web.layout import use_project
from app.web.request import close_reading, now, reading, require_sign_in, rights, say, zone
from app.web.review_library import table_file
from app.web.words import t

pages = Blueprint("review_work", __name__)

DEFINITIONS = {"cohort": COHORT, "must_fix": MUST_FIX, "mandatory": MANDATORY, "no_institute": NO_INSTITUTE}


@pages.before_request
def only_signed_in() -> None:
    """Nothing here is for strangers."""
    require_sign_in()
    g.section = "reviews"


@pages.get("/reviews")
def choose() -> Response | str:
    """Straight to the view of the one organisation, or a choice of several."""
    reaches = reaches_of(reading(), rights())
    if not reaches:
        raise Refused(NOT_FOUND)
    if len(reaches) == 1:
        return redirect(f"/reviews/{reaches[0].kind}/{reaches[0].organisation_id}")
    return render_template("review/across/choose.html", reaches=reaches)


@pages.get("/reviews/<kind>/<organisation_id>")
def overview(kind: str, organisation_id: str) -> str:
    """What is open now, on whose desk, and what is late."""
    reach = reach_for(reading(), rights(), kind, organisation_id)
    year = around("year", now().astimezone(zone()).date())
    every = timed_cases(reading(), reach.clause(), now())
    report = report_of(figures(reading(), every, year), year)
    is_authority = reach.kind is ReachKind.AUTHORITY
    return render_template(
        "review/across/overview.html",
        reach=reach,
        tab="overview",
        work=workload(reading(), every, now()),
        report=report,
        soon=SOON,
        draws=draws_of(reading(), organisation_id, now())[:5] if is_authority else [],
        **frame(reach),
    )


@pages.get("/reviews/<kind>/<organisation_id>/statistics")
def statistics(kind: str, organisation_id: str) -> str:
    """The figures of a period."""
    reach = reach_for(reading(), rights(), kind, organisation_id)
    return render_template(
        "review/across/statistics.html",
        reach=reach,
        tab="statistics",
        base=f"/reviews/{kind}/{organisation_id}/statistics",
        is_authority=reach.kind is ReachKind.AUTHORITY,
        **told(_report(reach, zone())),
        **frame(reach),
    )


@pages.get("/reviews/<kind>/<organisation_id>/statistics.xlsx")
def statistics_table(kind: str, organisation_id: str) -> Response:
    """The same as a workbook."""
    reach = reach_for(reading(), rights(), kind, organisation_id)
    report = _report(reach, zone())
    close_reading()
    return _table(report, reach.organisation)


@pages.get("/projects/<project_id>/review/statistics")
def of_project(project_id: str) -> str:
    """The figures of one project, for who sees its reviews."""
    project = use_project(project_id, section="review")
    return render_template(
        "review/across/statistics.html",
        reach=None,
        tab="statistics",
        base=f"/projects/{project_id}/review/statistics",
        is_authority=False,
        **told(_project_report(project_id, project.timezone)),
    )


@pages.get("/projects/<project_id>/review/statistics.xlsx")
def of_project_table(project_id: str) -> Response:
    """The same as a workbook."""
    project = use_project(project_id, section="review")
    report = _project_report(project_id, project.timezone)
    close_reading()
    return _table(report, project.short_name or project.name)


def frame(reach: Reach) -> dict[str, object]:
    """What all pages of a reach show."""
    return {
        "others": [r for r in reaches_of(reading(), rights()) if r != reach],
        "may_draw": bool(reach.drawing_seats()),
        "is_authority_reach": reach.kind is ReachKind.AUTHORITY,
    }


def told(report: Report) -> dict[str, object]:
    """A report with the words of its definitions."""
    words: Mapping[str, str] = {key: say(label) for key, label in DEFINITIONS.items()}
    back = say(TAKEN_BACK.format(count=report.total.taken_back))
    return {"report": report, "definitions": words, "taken_back": back}


def _report(reach: Reach, place: ZoneInfo) -> Report:
    period = read_period(request.args, now().astimezone(place).date())
    return report_of(figures(reading(), timed_cases(reading(), reach.clause(), now()), period), period)


def _project_report(project_id: str, timezone: str) -> Report:
    """The report of a project.

    Raises:
        Refused: ``forbidden`` for who does not see its reviews.
    """
    parties = {s.party_id for s in rights().in_project(project_id)}
    if not any(rights().may(Permission.REVIEW_VIEW, Target(project_id, party_id=p)) for p in parties):
        rights().require(Permission.REVIEW_VIEW, Target(project_id))
    period = read_period(request.args, now().astimezone(ZoneInfo(timezone)).date())
    every = timed_cases(reading(), project_clause(rights(), project_id), now())
    return report_of(figures(reading(), every, period), period)


def _table(report: Report, name: str) -> Response:
    title = f"{name} {t('审查统计', 'review statistics')}"
    return table_file(report_xlsx(report, title=title), f"{title} {say(report.period.label)}.xlsx")
