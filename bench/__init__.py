"""Speed and relevance of search against its peers, on one corpus, in one run: `make bench`."""
