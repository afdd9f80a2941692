"""Worker modules that do what no worker should, when a picture asks for it."""
