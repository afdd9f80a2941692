"""The machine: its processor and its GPUs. Only the standard library: it is asked before an installation."""
