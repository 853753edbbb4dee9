"""Snapshots: immutable, checksummed builds of everything that serving needs."""
