"""`make bench-gpu`: compares the service's ways to use an NVIDIA GPU, and their text with the CPU's."""
