"""`make bench`: the service against what else one could pick, in one run, on one set of pictures."""
