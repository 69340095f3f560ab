"""The tables, the chain, the one way into the database."""
