"""`make accuracy`: pages with exact truth, and how much of it each contender reads."""
