"""What the product is measured against: each peer a small adapter, run in a process and on packages of its own."""
