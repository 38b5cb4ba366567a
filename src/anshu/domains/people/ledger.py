"""The registers of who there is: organisations, people, and what each answers for."""

from anshu.domains.people.models import Expert, ExpertGroup, GridTeam, Organisation, Person, Responsibility
from anshu.ledger.declaration import Ledger, register

ORGANISATIONS = register(
    Ledger(
        Organisation,
        slug="organisations",
        group="people",
        columns=("number", "name", "kind", "sector", "territory", "superior"),
        edit=("number", "name", "kind", "sector", "territory", "superior", "lon", "lat"),
        filters=("kind", "sector", "superior"),
        order=("number",),
        icon="users",
    )
)

PEOPLE = register(
    Ledger(
        Person,
        slug="people",
        group="people",
        columns=("number", "name", "organisation", "post", "rank", "phone", "phone_state", "territory"),
        edit=(
            "number",
            "name",
            "organisation",
            "post",
            "rank",
            "phone",
            "phone_state",
            "leave_from",
            "leave_until",
            "grid_service",
            "grid_rank",
            "monthly_allowance_yuan",
            "territory",
        ),
        filters=("organisation", "rank", "phone_state", "grid_service", "grid_rank"),
        order=("number",),
        icon="users",
    )
)

RESPONSIBILITIES = register(
    Ledger(
        Responsibility,
        slug="responsibilities",
        group="people",
        columns=("person", "site", "duty", "order", "territory"),
        edit=("number", "person", "site", "duty", "order", "territory"),
        filters=("person", "site", "duty"),
        order=("territory", "order"),
        icon="users",
    )
)

EXPERT_GROUPS = register(
    Ledger(
        ExpertGroup,
        slug="expert-groups",
        group="people",
        columns=("number", "name", "field", "founded_on", "note", "territory"),
        edit=("number", "name", "field", "founded_on", "note", "territory"),
        filters=("field",),
        order=("number",),
        icon="users",
    )
)

EXPERTS = register(
    Ledger(
        Expert,
        slug="experts",
        group="people",
        columns=("number", "name", "group", "title", "speciality", "employer", "phone", "left_on"),
        edit=(
            "number",
            "name",
            "group",
            "title",
            "speciality",
            "employer",
            "phone",
            "appointed_on",
            "left_on",
            "territory",
        ),
        filters=("group",),
        order=("number",),
        icon="user-check",
    )
)

GRID_TEAMS = register(
    Ledger(
        GridTeam,
        slug="grid-teams",
        group="people",
        columns=("number", "name", "leader", "members", "parts", "territory"),
        edit=("number", "name", "leader", "members", "parts", "founded_on", "territory"),
        order=("territory", "number"),
        icon="users",
    )
)
