"""Settings, logging and the one place that reads the wall clock."""
