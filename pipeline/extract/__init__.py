"""Paragraphs become clauses of resolutions (lexicons only) and findings of reports (spaCy)."""
