"""The client's sheet as a browser sends it."""

ROWS = ("family", "income", "aims", "policies", "social")
MEMBERS = (("self", 30, "male", "部门经理"), ("spouse", 26, "female", "职员"))
CHILD = ("child", 2, "male", "上幼儿园")


def sheet(*members, **more):
    """A filled one; `more` adds or replaces fields."""
    body = {f"{item}-rows-INITIAL_FORMS": 0 for item in ROWS} | {f"{item}-rows-TOTAL_FORMS": 3 for item in ROWS}
    for n, row in enumerate(members or MEMBERS):
        body |= {f"family-rows-{n}-{name}": value for name, value in zip(FIELDS, row, strict=True)}
    body |= {"family-city": "青岛", "income-spending_monthly": "5,000", "income-rows-0-who": "self"}
    return body | {"income-rows-0-yearly": "9.6", "budget-yearly": "12000"} | more


FIELDS = ("relation", "age", "sex", "occupation")
