"""Pages drawn at run time from free fonts: what each kind of page looks like, and what it says."""
