"""`make simulate`: chooses the defaults of the batches that requests share on a GPU, by simulation."""
