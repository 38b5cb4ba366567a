import json

from django.db import migrations, models

from anshu.access.secrets import seal


def seal_what_is_not_opened(apps, schema_editor):
    """Draws that nobody has opened are sealed as they stand."""
    draws = apps.get_model('inspections', 'Draw').objects
    for draw in draws.filter(revealed_at=None).exclude(record={}):
        draw.sealed = seal(json.dumps(draw.record, ensure_ascii=False, sort_keys=True))
        draw.record = {}
        draw.save(update_fields=('sealed', 'record'))


class Migration(migrations.Migration):
    """Draws are sealed until they are opened; a recusal has a ground, as `reason` is that of each change."""

    dependencies = [
        ('inspections', '0001_initial'),
    ]

    operations = [
        migrations.RenameField('recusal', 'reason', 'ground'),
        migrations.AddField('draw', 'sealed', models.TextField(blank=True, default='', editable=False)),
        migrations.AlterField('draw', 'record', models.JSONField(blank=True, default=dict, editable=False)),
        migrations.RunPython(seal_what_is_not_opened),
    ]
