"""From articles to a snapshot: plan, build aside, check, make current."""
