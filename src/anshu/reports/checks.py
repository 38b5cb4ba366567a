"""What start-up refuses: a form that could not be filled, or that cites what no rule says."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from anshu.reports.forms.declaration import forms
from anshu.reports.returns.declaration import returns


@register()
def forms_can_be_filled(app_configs: Any, **_kwargs: Any) -> list[CheckMessage]:
    """Every field of every form is real and printed, every article and term is a rule."""
    return [Error(fault, obj=form.kind, id="anshu.E040") for form in forms().values() for fault in form.faults()]


@register()
def returns_can_be_filled(app_configs: Any, **_kwargs: Any) -> list[CheckMessage]:
    """Every register, field and value that a return names is real, and every value has the superior's word."""
    return [Error(fault, obj=form.key, id="anshu.E041") for form in returns().values() for fault in form.faults()]
