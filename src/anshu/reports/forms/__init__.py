"""The texts of official documents as data: one YAML file for each kind, beside the programs that read and fill them.

A form says its title, layout and fields, and gives its text in a small markup, one line for each paragraph:

    # ## ###              heading of level 1, 2, 3; numbers are counted, never written
    @ words               a line that stands flush, such as 被检查单位：{unit}
    ~ words               a line on which somebody signs; such lines stay together
    = words               a line in the middle
    |- 2 5 2 5            begins a table and gives its columns in proportion
    | label | {value} |   a row; a last cell reaches the margin; `|20 |…` is at least 20 mm high; ` // ` breaks a line
    {rows}                alone on a line: the table, list or photographs of that field
    ?field …              only where the field has a value; `!field …` only where it has none
    words                 anything else is a paragraph

In a line {name} is the value of a field ({name:8}: a blank of 8 characters where a form allows none to be given),
{§apl.44} is the name and number of an article, and {=term.payment} a term, both from the rule pack `documents`.
"""
