"""Who is in the demonstration: organisations, people, and their seats in both projects."""

from dataclasses import dataclass

from app.access.rules import PartyRole as P
from app.access.rules import SeatRole as S

DEMO_PASSWORD = "oneset-demo"  # noqa: S105  printed on the sign-in page of a demo, and only there


@dataclass(frozen=True)
class DemoPerson:
    """One account."""

    login: str
    name: str
    party: P
    seat: S


ORGANISATIONS: dict[P, tuple[str, str]] = {
    P.OWNER: ("滨河市教育建设中心（演示）", "Binhe Education Building Centre (demo)"),
    P.DESIGNER: ("青岚建筑设计研究院（演示）", "Qinglan Architectural Design Institute (demo)"),
    P.REVIEWER: ("正衡施工图审查有限公司（演示）", "Zhengheng Drawing Review Ltd (demo)"),
    P.CONTRACTOR: ("宏远建设集团（演示）", "Hongyuan Construction Group (demo)"),
    P.SUPERVISOR: ("致正工程监理有限公司（演示）", "Zhizheng Supervision Ltd (demo)"),
    P.AUTHORITY: ("滨河市住房和城乡建设局（演示）", "Binhe Construction Authority (demo)"),
    P.SUPERVISION_STATION: ("滨河市质量安全监督站（演示）", "Binhe Quality and Safety Station (demo)"),
    P.INVESTIGATOR: ("事故调查组（演示）", "Accident investigation team (demo)"),
    P.ARCHIVE: ("滨河市城建档案馆（演示）", "Binhe City Archive (demo)"),
}

PEOPLE: tuple[DemoPerson, ...] = (
    DemoPerson("designer", "许清和", P.DESIGNER, S.DRAFTER),
    DemoPerson("checker", "周亦安", P.DESIGNER, S.CHECKER),
    DemoPerson("verifier", "林书禾", P.DESIGNER, S.VERIFIER),
    DemoPerson("approver", "顾远山", P.DESIGNER, S.APPROVER),
    DemoPerson("lead", "沈望舒", P.DESIGNER, S.PROJECT_LEAD),
    DemoPerson("owner", "方建明", P.OWNER, S.PROJECT_LEAD),
    DemoPerson("owner-clerk", "李小禾", P.OWNER, S.DOCUMENT_CLERK),
    DemoPerson("reviewer", "秦审之", P.REVIEWER, S.REVIEW_ENGINEER),
    DemoPerson("review-lead", "韩正言", P.REVIEWER, S.TECHNICAL_LEAD),
    DemoPerson("legal", "罗衡", P.REVIEWER, S.LEGAL_REPRESENTATIVE),
    DemoPerson("contractor", "赵大川", P.CONTRACTOR, S.PROJECT_MANAGER),
    DemoPerson("clerk", "孙细敏", P.CONTRACTOR, S.DOCUMENT_CLERK),
    DemoPerson("supervisor", "钱守正", P.SUPERVISOR, S.CHIEF_SUPERVISOR),
    DemoPerson("authority", "田主管", P.AUTHORITY, S.INSPECTOR),
    DemoPerson("inspector", "吴督", P.SUPERVISION_STATION, S.INSPECTOR),
    DemoPerson("investigator", "郑查", P.INVESTIGATOR, S.INSPECTOR),
    DemoPerson("archivist", "何存", P.ARCHIVE, S.ARCHIVIST),
)
