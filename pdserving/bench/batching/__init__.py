"""Chooses the defaults of batches that requests share, by simulation; run by `make simulate`."""
