"""The workers as the gateway sees them: who is asked, how many at a time, and what when one dies."""
