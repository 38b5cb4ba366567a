"""Indexes by which the lists of the large registers are read off."""

from django.db import migrations, models

from anshu.ledger.indexes import SetIndexes, Words


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0003_worker_rewards"), ("people", "0001_initial"), ("places", "0002_quick_lists")]
    operations = [
        SetIndexes(
            "enterprise",
            add=(
                models.Index(
                    fields=("territory", "standing", "key", "high_hazard", "risk_color", "exercise"),
                    name="enterprise_by_area",
                ),
                models.Index(fields=("risk_color", "-grade_points", "number"), name="enterprise_worst_first"),
                models.Index(fields=("number", "id", "territory"), name="enterprise_list"),
                models.Index(fields=("name", "number"), name="enterprise_name_list"),
                models.Index(fields=("address", "number"), name="enterprise_address_list"),
                Words(fields=("search_text", "territory", "id"), name="enterprise_words"),
            ),
            remove=("enterprise_by_color",),
        ),
        SetIndexes(
            "gradeevent",
            add=(
                models.Index(fields=("began_at", "id", "territory"), name="grade_event_list"),
                models.Index(fields=("kind", "began_at"), name="grade_event_kind_list"),
                models.Index(fields=("summary", "began_at"), name="grade_event_summary_list"),
                models.Index(fields=("ended_at", "began_at"), name="grade_event_ended_at_list"),
                Words(fields=("search_text", "territory", "id"), name="grade_event_words"),
            ),
            remove=("grade_event_newest",),
        ),
        SetIndexes(
            "riskdeclaration",
            add=(
                models.Index(
                    fields=("territory", "submitted_at", "reviewed_at", "exercise"), name="declaration_by_area"
                ),
                models.Index(fields=("created_at", "id", "territory"), name="declaration_list"),
                models.Index(fields=("state", "created_at"), name="declaration_state_list"),
                models.Index(fields=("risk_color", "created_at"), name="declaration_risk_color_list"),
                models.Index(fields=("submitted_at", "created_at"), name="declaration_submitted_at_list"),
                models.Index(fields=("reviewed_at", "created_at"), name="declaration_reviewed_at_list"),
                models.Index(fields=("again_on", "created_at"), name="declaration_again_on_list"),
                Words(fields=("search_text", "territory", "id"), name="declaration_words"),
            ),
            remove=("declaration_newest",),
        ),
        SetIndexes(
            "riskpoint",
            add=(
                models.Index(fields=("state", "territory", "exercise"), name="risk_point_by_state"),
                models.Index(fields=("created_at", "id", "territory"), name="risk_point_list"),
                models.Index(fields=("name", "created_at"), name="risk_point_name_list"),
                models.Index(fields=("threat", "created_at"), name="risk_point_threat_list"),
                models.Index(fields=("risk_color", "created_at"), name="risk_point_risk_color_list"),
                models.Index(fields=("score", "created_at"), name="risk_point_score_list"),
                models.Index(fields=("state", "created_at"), name="risk_point_state_list"),
                models.Index(fields=("responsible", "created_at"), name="risk_point_responsible_list"),
                Words(fields=("search_text", "territory", "id"), name="risk_point_words"),
            ),
            remove=(
                "risk_point_by_state",
                "risk_point_newest",
            ),
        ),
        SetIndexes(
            "asset",
            add=(
                models.Index(fields=("number", "id", "territory"), name="asset_list"),
                models.Index(fields=("name", "number"), name="asset_name_list"),
                models.Index(fields=("quantity", "number"), name="asset_quantity_list"),
                models.Index(fields=("unit", "number"), name="asset_unit_list"),
                models.Index(fields=("in_use", "number"), name="asset_in_use_list"),
                models.Index(fields=("with_chemicals", "number"), name="asset_with_chemicals_list"),
                Words(fields=("search_text", "territory", "id"), name="asset_words"),
            ),
        ),
        SetIndexes(
            "certificate",
            add=(
                models.Index(fields=("state", "territory", "exercise"), name="certificate_by_area"),
                models.Index(fields=("expires_on", "id", "territory"), name="certificate_list"),
                models.Index(fields=("bearer", "expires_on"), name="certificate_bearer_list"),
                models.Index(fields=("issuer", "expires_on"), name="certificate_issuer_list"),
                Words(fields=("search_text", "territory", "id"), name="certificate_words"),
            ),
        ),
        SetIndexes(
            "chemical",
            add=(
                models.Index(fields=("number", "id", "territory"), name="chemical_list"),
                models.Index(fields=("name", "number"), name="chemical_name_list"),
                models.Index(fields=("cas", "number"), name="chemical_cas_list"),
                models.Index(fields=("quantity_t", "number"), name="chemical_quantity_t_list"),
                models.Index(fields=("use", "number"), name="chemical_use_list"),
                Words(fields=("search_text", "territory", "id"), name="chemical_words"),
            ),
        ),
        SetIndexes(
            "improvement",
            add=(
                models.Index(fields=("created_at", "id", "territory"), name="improvement_list"),
                models.Index(fields=("kind", "created_at"), name="improvement_kind_list"),
                models.Index(fields=("quantity", "created_at"), name="improvement_quantity_list"),
                models.Index(fields=("household", "created_at"), name="improvement_household_list"),
                models.Index(fields=("done_on", "created_at"), name="improvement_done_on_list"),
                Words(fields=("search_text", "territory", "id"), name="improvement_words"),
            ),
        ),
        SetIndexes(
            "policy",
            add=(
                models.Index(
                    fields=("kind", "territory", "ends_on", "starts_on", "state", "exercise", "enterprise"),
                    name="policy_by_area",
                ),
                models.Index(fields=("ends_on", "id", "territory"), name="policy_list"),
                models.Index(fields=("kind", "ends_on"), name="policy_kind_list"),
                models.Index(fields=("insurer", "ends_on"), name="policy_insurer_list"),
                models.Index(fields=("sum_insured_yuan", "ends_on"), name="policy_sum_insured_yuan_list"),
                models.Index(fields=("premium_yuan", "ends_on"), name="policy_premium_yuan_list"),
                Words(fields=("search_text", "territory", "id"), name="policy_words"),
            ),
        ),
        SetIndexes(
            "premises",
            add=(
                models.Index(fields=("number", "id", "territory"), name="premises_list"),
                models.Index(fields=("use", "number"), name="premises_use_list"),
                models.Index(fields=("area_m2", "number"), name="premises_area_m2_list"),
                Words(fields=("search_text", "territory", "id"), name="premises_words"),
            ),
        ),
        SetIndexes(
            "selfcheck",
            add=(
                models.Index(fields=("due_on", "id", "territory"), name="self_check_list"),
                models.Index(fields=("from_on", "due_on"), name="self_check_from_on_list"),
                models.Index(fields=("findings", "due_on"), name="self_check_findings_list"),
                models.Index(fields=("checker", "due_on"), name="self_check_checker_list"),
                models.Index(fields=("done_at", "due_on"), name="self_check_done_at_list"),
                Words(fields=("search_text", "territory", "id"), name="self_check_words"),
            ),
        ),
        SetIndexes(
            "service",
            add=(
                models.Index(fields=("territory", "exercise", "served_on"), name="service_by_area"),
                models.Index(fields=("served_on", "id", "territory"), name="service_list"),
                models.Index(fields=("server", "served_on"), name="service_server_list"),
                models.Index(fields=("people_count", "served_on"), name="service_people_count_list"),
                Words(fields=("search_text", "territory", "id"), name="service_words"),
            ),
        ),
        SetIndexes(
            "standardisation",
            add=(
                models.Index(fields=("created_at", "id", "territory"), name="standard_list"),
                models.Index(fields=("rank", "created_at"), name="standard_rank_list"),
                models.Index(fields=("score", "created_at"), name="standard_score_list"),
                models.Index(fields=("state", "created_at"), name="standard_state_list"),
                models.Index(fields=("reviewed_on", "created_at"), name="standard_reviewed_on_list"),
                models.Index(fields=("accepted_on", "created_at"), name="standard_accepted_on_list"),
                Words(fields=("search_text", "territory", "id"), name="standard_words"),
            ),
        ),
    ]
