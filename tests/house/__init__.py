"""The house rules as tests: what nobody should have to remember."""
