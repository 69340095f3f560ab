"""Adapters against real sandbox servers over HTTP."""
