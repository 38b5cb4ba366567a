"""How many records of each kind the largest district's year has. The first three are the figures of the target; the
rest follows from them, or from what bureaus of that size report."""

VOLUMES = {
    "people.organisation": 160,
    "people.person": 3_000,
    "places.site": 85_000,
    "enterprises.enterprise": 85_000,
    "inspections.checklist": 130,
    "inspections.inspectionplan": 60,
    "inspections.draw": 60,
    "inspections.visit": 150_000,
    "hazards.hazard": 100_000,
    "people.responsibility": 3_000,
    "enterprises.premises": 20_000,
    "enterprises.asset": 60_000,
    "enterprises.storageunit": 5_000,
    "enterprises.chemical": 20_000,
    "enterprises.improvement": 10_000,
    "enterprises.certificate": 85_000,
    "enterprises.standardisation": 10_000,
    "enterprises.policy": 40_000,
    "enterprises.service": 40_000,
    "enterprises.selfcheck": 170_000,
    "enterprises.riskdeclaration": 85_000,
    "enterprises.riskarea": 500,
    "enterprises.riskpoint": 60_000,
    "enterprises.gradeevent": 60_000,
    "enterprises.gradeoverride": 1_000,
    "enterprises.listentry": 2_000,
    "construction.minorwork": 30_000,
    "construction.workpermit": 60_000,
    "hazards.extension": 10_000,
    "hazards.listing": 300,
    "hazards.lookback": 5_000,
    "inspections.officerlicence": 400,
    "inspections.recusal": 300,
    "inspections.fieldconflict": 200,
    "enforcement.case": 5_000,
    "tipoffs.tipoff": 12_000,
    "tipoffs.internalreward": 2_000,
    "supervision.campaign": 40,
    "supervision.supervisedtask": 5_000,
    "supervision.letter": 1_000,
    "supervision.datechange": 500,
    "supervision.scorecard": 200,
    "supervision.dutyrule": 200,
    "supervision.dutyitem": 1_000,
    "supervision.meeting": 200,
    "supervision.round": 60,
    "incidents.incident": 5_000,
}

"""States in which a record rests though its loop has not ended: most of a register stands there."""
RESTING = {
    "enterprises.certificate": "valid",
    "enterprises.riskdeclaration": "reviewed",
    "enterprises.policy": "in_force",
    "enterprises.riskpoint": "controlled",
    "enterprises.standardisation": "accepted",
    "inspections.checklist": "published",
}

"""Moves in the life of a record that has come to its end: rows of the log, and clocks that have stopped."""
MOVES = {"inspections.visit": 4, "hazards.hazard": 6, "enterprises.selfcheck": 2, "construction.workpermit": 4}
MOVES_ELSE = 2
