"""Part `encoding`: how fast passages are encoded, against the bare runtime on the same batches of tokens."""
