"""The registers of who there is: organisations, people, and what each answers for."""

from anshu.domains.people.models import Organisation, Person, Responsibility
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
            "territory",
        ),
        filters=("organisation", "rank", "phone_state"),
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
