"""What start-up refuses: a form that could not be filled, or that cites what no rule says."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from anshu.reports.forms.declaration import forms


@register()
def forms_can_be_filled(app_configs: Any, **_kwargs: Any) -> list[CheckMessage]:
    """Every field of every form is real and printed, every article and term is a rule."""
    return [Error(fault, obj=form.kind, id="anshu.E040") for form in forms().values() for fault in form.faults()]
