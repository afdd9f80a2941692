"""The models: the manifest of those known, their download, their conversion, and the folder they live in."""
