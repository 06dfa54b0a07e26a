"""The audit log on PostgreSQL: many writers, one sequencer, and roles that can do one thing each."""
