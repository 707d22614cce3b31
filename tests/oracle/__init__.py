"""A second opinion: the figures of the product, counted again from the workbooks alone.

Written from the regulation's reading ("Working days", "What counts", "The Saturday report", "Below 6311",
"Two consecutive weeks") and from the workbooks' contract. Nothing here imports Django or the product.

    from tests.oracle.saturday import saturday_report
    from tests.oracle.weeks import assessments
    from tests.oracle.fines import fines
    from tests.oracle.random_city import write_random_city
"""
