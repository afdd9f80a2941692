"""The workers as the gateway sees them: which one is asked, how many pictures at a time, and what if one dies."""
