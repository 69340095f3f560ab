"""Drives: Prefect flows and the relay. Entrypoints are modules, never files."""
