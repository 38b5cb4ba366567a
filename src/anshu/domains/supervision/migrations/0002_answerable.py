from django.db import migrations


class Migration(migrations.Migration):
    """`holder` is what every record is asked for: who answers for an item has a name of its own."""

    dependencies = [
        ('supervision', '0001_initial'),
    ]

    operations = [
        migrations.RenameField('dutyitem', 'holder', 'answerable'),
    ]
