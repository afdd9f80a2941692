"""What the tests share, a module for each thing that they do or need."""
