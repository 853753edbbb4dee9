"""Fixline's domain: articles, search and snapshots. It knows no web framework."""
