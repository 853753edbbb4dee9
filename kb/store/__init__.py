"""What people do on the site, kept in one database beside the snapshots."""
