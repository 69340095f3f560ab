"""The engine measured beside a hand-written minimum, in the same run on the same machine."""
