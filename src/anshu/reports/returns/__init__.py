"""Returns that superiors ask for (上级报表), as data: one YAML file for each, filled from the rows that are there.

A file says whose form it is and what stands in its columns; a bureau puts those of its own superiors into the folder
`returns` of its rule packs, where one of the same name takes the place of ours.

    title:    {zh: 隐患排查治理月报表, en: …}      superior: 上级应急管理部门      basis: where the form comes from
    verified: whether the form was read, or is a default of the product
    beside:   registers (slugs) on whose lists it is offered; whoever may export the first may file it
    by:       street — one line for each street, and one for all of them; or
    rows:     a selection — one line for each record;  order: fields
    columns:  what stands in each, in the words of the superior

A selection: `of` a register, `where` and `unless` a field has a value (or one of several), `when` a date that lies in
the period, `standing` [from, until] on its last day, `present` [from, until] on any of its days, `late` a date that has
passed by its last day.

A column of lines by street: `value: area`; `count` a selection, `distinct` a field of it, `total` a field of it to be
added up; `share` the titles of two columns, the first as per cent of the second. A column of lines by record: `value`,
a field (`enterprise.name`), `serial`, or `area`, and `codes`, what each stored value is called by the superior.
"""
