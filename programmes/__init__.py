"""What: one folder a programme, one YAML a version; data, no code."""
