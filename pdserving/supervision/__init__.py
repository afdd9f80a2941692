"""What keeps the service up: processes, their starts and ends, signals, and the file by which `stop` finds it."""
