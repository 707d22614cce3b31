"""The database engine of a checkout whose demo does not run: it says so in one sentence (`base.py`)."""
