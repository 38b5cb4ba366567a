"""What a large register needs so that its list is answered at once, whole, by any of its columns, or by words."""

from typing import Any

from django.db import models
from django.db.migrations.operations.base import Operation


class Words(models.Index):
    """The words of a register's records, close together: a search reads them from end to end, and reading the records
    themselves would take ten times as long. SQLite's alone: PostgreSQL reads records fast enough, and does not take
    words of any length into an index."""

    def create_sql(self, model: Any, schema_editor: Any, using: str = "", **kwargs: Any) -> Any:
        if schema_editor.connection.vendor != "sqlite":
            return "SELECT 1"
        return super().create_sql(model, schema_editor, using=using, **kwargs)


def listed(noun: str, order: str, *columns: str) -> tuple[models.Index, ...]:
    """The indexes of a register whose list begins in the order of one field: that order, with the keys and areas that
    a far page counts its way through; each further column, with that order among equal values; and the words."""
    return (
        models.Index(fields=(order, "id", "territory"), name=f"{noun}_list"),
        *(models.Index(fields=(column, order), name=f"{noun}_{column}_list") for column in columns),
        Words(fields=("search_text", "territory", "id"), name=f"{noun}_words"),
    )


class SetIndexes(Operation):
    """A migration that gives one table its indexes in a single step: Django's own takes a step for each, and redraws
    every model that refers to the table each time. It leaves indexes of other names as they are."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, model_name: str, add: "tuple[models.Index, ...]", remove: tuple[str, ...] = ()) -> None:
        self.model_name, self.add, self.remove = model_name, add, remove

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The table as it is known to have them."""
        options = state.models[app_label, self.model_name.lower()].options
        kept = [index for index in options.get("indexes", ()) if index.name not in self.remove]
        options["indexes"] = [*kept, *(index.clone() for index in self.add)]
        state.reload_model(app_label, self.model_name.lower(), delay=True)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Take away those of the table as it was, make those of the table as it will be."""
        before, after = (state.apps.get_model(app_label, self.model_name) for state in (from_state, to_state))
        for index in before._meta.indexes:
            if index.name in self.remove:
                schema_editor.remove_index(before, index)
        for index in self.add:
            schema_editor.add_index(after, index)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """The other way about."""
        after, before = (state.apps.get_model(app_label, self.model_name) for state in (from_state, to_state))
        for index in self.add:
            schema_editor.remove_index(after, index)
        for index in before._meta.indexes:
            if index.name in self.remove:
                schema_editor.add_index(before, index)

    def describe(self) -> str:
        return f"Set the indexes of {self.model_name}"
