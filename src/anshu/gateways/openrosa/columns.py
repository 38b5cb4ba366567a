"""How the items of a checklist stand in the columns of an XLSForm, both ways."""

from anshu.domains.inspections.rules.content import CHOICE, FAIL, JUDGE, NUMBER, OUT, PASS, PHOTO, TEXT

"""Kind of answer → XLSForm type; a judgement is a choice of a list of our own."""
TYPES = {JUDGE: "select_one anshu_verdict", NUMBER: "decimal", TEXT: "text", CHOICE: "select_one", PHOTO: "image"}
VERDICT_LIST = "anshu_verdict"
VERDICT_WORDS = {PASS: "符合", FAIL: "不符合", OUT: "不涉及"}
"""XLSForm type → kind of answer, for workbooks made elsewhere."""
ANSWERS = {
    "decimal": NUMBER,
    "integer": NUMBER,
    "range": NUMBER,
    "text": TEXT,
    "image": PHOTO,
    "photo": PHOTO,
}
"""Rows that say something of the form as a whole and ask nothing of a person."""
SILENT = ("start", "end", "today", "deviceid", "username", "calculate", "note", "audit", "start-geopoint", "geopoint")
SURVEY = (
    "type",
    "name",
    "label",
    "hint",
    "required",
    "relevant",
    "constraint",
    "anshu_defect",
    "anshu_clause",
    "anshu_law",
    "anshu_penalty",
    "anshu_kind",
    "anshu_grade",
    "anshu_points",
    "anshu_least",
    "anshu_most",
    "anshu_unit",
    "anshu_departments",
)
CHOICES = ("list_name", "name", "label", "anshu_fails")
SETTINGS = ("form_title", "form_id", "version", "anshu_field", "anshu_domain_class", "anshu_department", "anshu_uses")
YES = ("yes", "true", "true()", "1", "是")
"""Fields of a visit that a form for ODK Collect asks beside the items of the list."""
SITE, REMARKS, PLACE = "anshu_site", "anshu_remarks", "anshu_place"


def list_of(key: str) -> str:
    """The name of the list of an item's choices."""
    return f"choices_{key}"
