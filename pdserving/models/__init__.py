"""The models: the manifest of the known ones, their download, their conversion, and the folder that holds them."""
