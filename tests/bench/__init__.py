"""`make bench`: the figures of the performance goals, each with its floor, measured alternately in one run."""
