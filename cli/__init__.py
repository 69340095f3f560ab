"""Speaks: zonectl, a typer application over the services."""
