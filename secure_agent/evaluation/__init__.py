"""Measure redaction on seeded sets: how much leaks, how much is redacted for nothing, how long it takes."""
