"""From a folder of Markdown to typed articles, sections and problems."""
