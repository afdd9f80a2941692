"""`make bench-gpu`: the service's ways to use an NVIDIA GPU against each other, and their text against the CPU's."""
