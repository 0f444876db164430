"""Tests of the blueprint team."""
