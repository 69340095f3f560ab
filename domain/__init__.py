"""Judges: pure rules and values. No I/O, no SQL, no Prefect, no clock of its own."""
