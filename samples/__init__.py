"""Demonstration data, every person, account and document number labelled as a sample."""
