"""Checklists as the world of ODK knows them: XLSForm workbooks in and out, and the doors at which ODK Collect fetches
forms and brings submissions (OpenRosa 1.0: form list, form, submission).

A workbook has the sheets `survey`, `choices` and `settings` of XLSForm. What XLSForm has no column for stands in
columns of ours whose heading begins with `anshu_` (clause, law, penalty, kind, grade, points, fails, departments):
other programs pass over them, and they come back when the workbook does.
"""
