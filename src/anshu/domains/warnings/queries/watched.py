"""Which channels a rule watches, or would watch if it were in force."""

from django.db.models import QuerySet

from anshu.domains.devices.models import Channel
from anshu.domains.warnings.models import Rule
from anshu.domains.warnings.rules.ladders import places_of


def channels_of(rule: Rule) -> "QuerySet[Channel]":
    """The channels of a rule, saved or not, by number: its own, or all of its quantity (and kind of site) that have
    neither a rule of their own nor one for their kind of site. A compound stands beside any other rule."""
    if rule.compound:
        return places_of(rule)
    rows: QuerySet[Channel] = Channel.objects.select_related("device__site").order_by("number", "pk")
    if rule.channel_id:
        return rows.filter(pk=rule.channel_id)
    others = Rule.objects.filter(active=True).exclude(pk=rule.pk).exclude(judged=Rule.Judged.CONDITIONS)
    rows = rows.filter(quantity=rule.quantity).exclude(pk__in=others.exclude(channel=None).values("channel"))
    if rule.site_kind:
        return rows.filter(device__site__kind=rule.site_kind)
    special = others.filter(channel=None, quantity=rule.quantity).exclude(site_kind="")
    return rows.exclude(device__site__kind__in=special.values("site_kind"))
