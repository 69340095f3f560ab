"""Remembers: SQLModel tables, one file a noun; the ledger; queries."""
