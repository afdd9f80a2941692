"""The machine: its processor, memory and GPUs. Only the standard library: it is asked before an installation."""
