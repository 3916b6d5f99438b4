"""Trace findings of NGO reports into the text of UN resolutions. Verbs are rooms, nouns are tables.

    fetch  ->  ingest  ->  extract  ->  align  ->  embed  ->  score  ->  attribute  ->  report  (evaluate: beside it)
    files      Paragraph   Clause       Change     vectors    Similarity  Evidence      CSV XLSX HTML
               Problem     Finding                            Link        Attribution

The nouns live in `records`, their tables in `tables`, the order of the stages in `run`. This module imports nothing.
"""
