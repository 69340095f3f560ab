"""Tests of zonectl."""
