"""The outside: the manual adapter first, HTTP clients beside it, channels, each with a sandbox server."""
