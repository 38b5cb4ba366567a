"""Indexes by which the lists of the large registers are read off."""

from django.db import migrations, models

from anshu.ledger.indexes import SetIndexes, Words


class Migration(migrations.Migration):
    dependencies = [("places", "0001_initial")]
    operations = [
        SetIndexes(
            "site",
            add=(
                models.Index(fields=("number", "id", "territory"), name="site_list"),
                models.Index(fields=("name", "number"), name="site_name_list"),
                models.Index(fields=("address", "number"), name="site_address_list"),
                models.Index(fields=("risk_color", "number"), name="site_risk_color_list"),
                models.Index(fields=("people_count", "number"), name="site_people_count_list"),
                models.Index(fields=("sector", "number"), name="site_sector_list"),
                models.Index(fields=("source", "number"), name="site_source_list"),
                Words(fields=("search_text", "territory", "id"), name="site_words"),
            ),
        ),
    ]
