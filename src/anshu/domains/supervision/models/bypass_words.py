"""What a card of the bypass radar says: its figure as a sentence, and how the same comes about in all honesty."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

"""Sign → sentence of how often it was seen (`seen`) of how many (`of`) in how many days (`days`)."""
FIGURES: Mapping[str, str | Promise] = {
    "self_verified": _("%(seen)d hazards within %(days)d days were rechecked by whoever found them or put them right"),
    "bulk": _("%(seen)d of %(of)d rechecks within %(days)d days fell into a few minutes at many different places"),
    "night": _("%(seen)d of %(of)d rechecks within %(days)d days were made at night"),
    "seconds": _("%(seen)d times within %(days)d days an order or a submission was answered within seconds"),
    "reused_picture": _("%(seen)d pictures within %(days)d days look like one kept with another hazard before"),
    "moved_dates": _("%(seen)d of %(of)d hazards within %(days)d days had their date moved"),
    "copied_text": _("%(seen)d hazards within %(days)d days were put right in the very same words"),
    "month_end": _("%(seen)d of %(of)d rechecks within %(days)d days fell on the last days of a month"),
    "no_finding": _("%(seen)d of %(of)d visits within %(days)d days found nothing"),
}
"""Sign → the honest reason it most often has: what to ask first."""
INNOCENT: Mapping[str, str | Promise] = {
    "self_verified": _("Rows brought in from an older system often name one person for everything."),
    "bulk": _(
        "A crew that walks one street or one building, and enters everything when the walk is over, looks the same."
    ),
    "night": _("Night shifts, night markets and work behind closed doors are looked at when they are open."),
    "seconds": _(
        "What was put right on the spot, or looked at together with the enterprise, is often entered in one go."
    ),
    "reused_picture": _("Alike stairwells, meters and extinguishers, taken from the same spot, look nearly the same."),
    "moved_dates": _("Parts that have to be ordered, landlords, and permits of others move dates for good reasons."),
    "copied_text": _("A template of the trade, or one work done at many sites of one owner, gives the same words."),
    "month_end": _("Contracts and maintenance by the month end with the month, and so does what they put right."),
    "no_finding": _("Some go to premises that are well kept, or look at one thing alone, and rightly find little."),
}
