"""Relevance measured on judged collections, through the pipeline that serves."""
