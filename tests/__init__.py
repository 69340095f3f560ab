"""Tests by story: domain, services, flows, house rules."""
