"""Article one, second half: 分管总 amends and approves the 行事历, or returns it (A2, A3)."""
