"""Who may use which operation of the API: the expected table, written by hand from DOMAIN 2.11."""

from tests.world import PEOPLE

EVERYBODY = frozenset(PEOPLE)
OWNERS = frozenset({"owner", "owner_clerk"})
DESIGN = frozenset({"lead", "designer", "checker", "verifier", "approver"})
READERS = EVERYBODY - {"archivist"}
NOBODY: frozenset[str] = frozenset()
AGENCY = frozenset({"reviewer", "review_lead", "review_clerk", "legal"})
SEERS = OWNERS | DESIGN | AGENCY | {"authority", "inspector", "investigator"}
"""Who sees a review case; builders, supervisors and the archive see its result in the register."""
SITE = OWNERS | {"contractor", "supervisor"}
REVIEWERS = frozenset({"reviewer", "review_lead"})
WORKING = OWNERS | DESIGN | {"contractor", "supervisor"}
"""Between whom changes go; who watches sees them when they are issued."""
RECEIVERS = OWNERS | {"lead", "designer", "contractor", "supervisor"}
"""Who confirms for a party."""

MAY: dict[str, frozenset[str]] = {
    # without a project: every token
    "me": EVERYBODY | {"stranger"},
    "list_projects": EVERYBODY | {"stranger"},
    "get_tree": EVERYBODY | {"stranger"},
    "find": EVERYBODY | {"stranger"},
    "found": EVERYBODY | {"stranger"},
    "list_seals": EVERYBODY | {"stranger"},
    "list_notices": EVERYBODY | {"stranger"},
    "read_notices": EVERYBODY | {"stranger"},
    # distribution
    "list_receipts": READERS,
    "confirm_many_receipts": RECEIVERS,
    "object_to_item": RECEIVERS,
    "resolve_one_objection": OWNERS | {"lead"},
    "may_build_sheet": DESIGN,  # of a draft
    "list_transmittals": READERS,
    "send_one_transmittal": OWNERS | {"lead", "designer", "contractor"},
    "get_transmittal": READERS,
    "transmittal_package": READERS,
    "list_copies": READERS,
    # the project and who is in it
    "get_project": EVERYBODY,
    "list_identifiers": EVERYBODY,
    "list_buildings": EVERYBODY,
    "list_parties": EVERYBODY,
    "list_seats": EVERYBODY,
    "edit": OWNERS,
    "identify": OWNERS,
    "add": OWNERS,
    "identify_one_building": OWNERS,
    "join": frozenset({"owner"}),
    "give": frozenset({"owner", "lead"}),
    "hand_over": frozenset({"owner", "lead"}),
    "end": frozenset({"owner", "lead"}),
    # intake: of the designer's party here
    "list_intakes": EVERYBODY,
    "open_one": frozenset({"lead", "designer"}),
    "get_intake": DESIGN,
    "upload": frozenset({"lead", "designer"}),
    "correct": frozenset({"lead", "designer"}),
    "accept": frozenset({"lead", "designer"}),
    "leave_out": frozenset({"lead", "designer"}),
    "close": frozenset({"lead", "designer"}),
    "begin_upload": frozenset({"lead", "designer"}),
    "look_at_upload": frozenset({"designer"}),
    "continue_upload": frozenset({"designer"}),
    "drop_upload": frozenset({"designer"}),
    # drafts: only the designer's party
    "list_register": EVERYBODY,
    "export_csv": EVERYBODY,
    "export_xlsx": EVERYBODY,
    "get_sheet": DESIGN,
    "get_revision": DESIGN,
    "get_rendition": DESIGN,
    "get_bytes": DESIGN,
    "get_seals": DESIGN,
    "get_judgement": NOBODY,  # the draft has none; tests/web/test_seal_reports.py reads one
    "ask_for_judgement": DESIGN,
    "compare": DESIGN,
    "ask_to_compare": DESIGN,
    # steps: everybody who sees the project gets a report; the rows say who may (see ROWS)
    "send_check": EVERYBODY,
    "sign": EVERYBODY,
    "issue": EVERYBODY,
    "withdraw": EVERYBODY,
    "release": EVERYBODY,
    "cancel": EVERYBODY,
    # marks: the mark is the checker's, on a draft
    "list_marks": DESIGN,
    "get_mark": DESIGN,
    "draw": DESIGN,
    "edit_one_mark": frozenset({"checker"}),
    "take_back": frozenset({"checker", "lead"}),
    "put_back": frozenset({"checker", "lead"}),
    "comment": DESIGN,
    "move": DESIGN,
    "assign": DESIGN,
    "marks_as_pdf": DESIGN,
    "marks_as_xlsx": DESIGN,
    "marks_as_bcf": DESIGN,
    "all_marks_as_xlsx": EVERYBODY,
    "all_marks_as_bcf": EVERYBODY,
    "place_a_photo": DESIGN,
    "look_at_annotations": DESIGN,
    "bring_in": DESIGN,
    "get_photo": NOBODY,  # the mark has none; who sees one that has is tested with the pages
    "get_photo_picture": NOBODY,
    "list_carries": DESIGN,
    "carry": DESIGN,
    # review: a case in first review, the discipline is the reviewer's, its opinion a draft; another case is certified
    "list_cases": EVERYBODY,  # what one does not see is not in it
    "prepare_one_case": OWNERS,
    "get_case": SEERS,
    "edit_one_case": OWNERS,
    "ask_the_gate": SEERS,
    "hand_in": SEERS,  # not in this state, says the machine to whoever sees the case
    "hand_in_again": SEERS,
    "move_case": frozenset({"review_lead"}),
    "assign_reviewers": frozenset({"review_lead"}),
    "finish_one_discipline": frozenset({"reviewer"}),
    "conclude_on_domain": NOBODY,  # the case is not joint, and nobody here sits for a joint authority
    "add_basis_document": OWNERS,
    "get_basis_document": SEERS,
    "list_opinions": SEERS,
    "draft_one_opinion": frozenset({"reviewer"}),
    "make_opinions_of_marks": REVIEWERS,
    "get_opinion": AGENCY,
    "edit_one_opinion": frozenset({"reviewer"}),
    "move_many_opinions": SEERS,  # the rows say who may
    "order_many_opinions": frozenset({"review_lead"}),
    "list_fixes": AGENCY,
    "list_flags": AGENCY,
    "reply_to_opinion": NOBODY,  # a draft is nobody's to answer, and the agency does not answer itself
    "judge_one_reply": frozenset({"reviewer"}),
    "rule_on_opinion": NOBODY,
    "list_certificates": EVERYBODY,
    "certify": SEERS,
    "get_certificate": SEERS,
    "certificate_as_pdf": SEERS,
    "extract_as_pdf": SEERS,
    "void": frozenset({"legal"}),
    "notice_as_pdf": SEERS,
    "replies_as_pdf": SEERS,
    "opinions_as_xlsx": SEERS,
    "template_as_xlsx": SEERS,
    "look_at_opinion_table": REVIEWERS,
    "bring_opinion_table_in": REVIEWERS,
    "get_exchange_row": SEERS,
    "exchange_as_xlsx": SEERS,
    "get_findings": REVIEWERS,
    "ask_for_findings": REVIEWERS,
    "accept_many_findings": REVIEWERS,
    "drop_many_findings": REVIEWERS,
    "restore_many_findings": REVIEWERS,
    "get_self_check": DESIGN,
    "ask_for_self_check": DESIGN,
    # changes: one is with the designer, in this project without an assessment asked for
    "list_changes": EVERYBODY,  # what one does not see is not in it
    "propose_one_change": WORKING,
    "get_change": WORKING,
    "write_one_change": frozenset({"lead", "designer"}),
    "state_class_of_change": frozenset({"lead", "designer"}),
    "move_one_change": frozenset({"lead", "approver"}),  # its issue
    "say_of_change": frozenset({"owner", "lead", "supervisor"}),  # to an emergency
    "add_change_file": frozenset({"lead", "designer"}),
    "get_change_file": WORKING,
    "tick_absorbed_changes": frozenset({"lead", "designer"}),
    "say_where_it_stands": frozenset({"contractor", "lead", "designer"}),
    "agree_on_costs": frozenset({"owner"}),
    "get_closure": EVERYBODY,
    "settlement_as_xlsx": EVERYBODY,
    # questions: a note of the contractor to the designer, a joint review that collects questions
    "list_notes": READERS,
    "ask_one_note": SITE | DESIGN,
    "get_note": READERS,
    "move_one_note": frozenset({"contractor"}),
    "list_joint_reviews": READERS,
    "plan_one_joint_review": OWNERS | {"supervisor"},
    "get_joint_review": READERS,
    "ask_in_joint_review": SITE,
    "move_joint_review": OWNERS | {"supervisor"},
    "sign_joint_review": frozenset({"owner", "lead", "supervisor"}),
    "answer_in_joint_review": DESIGN,
    # the record
    "get_set": READERS,
    "get_package": READERS,
    "get_one": READERS,
    "list_moments": READERS,
    "list_baselines": READERS,
    "get_baseline": READERS,
    "freeze": OWNERS | {"inspector", "investigator"},
    "get_entry": EVERYBODY,
    "prove_entry": EVERYBODY,
}
PUBLIC = {"get_status", "upload_abilities"}
WITHOUT_PROJECT = {
    *("me", "list_projects", "get_tree", "find", "found"),
    *("list_seals", "list_notices", "read_notices"),
}
