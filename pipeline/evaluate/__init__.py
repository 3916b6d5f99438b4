"""Looks on from the side: labelled pairs, the fitted model of `match_probability`, the background frequencies."""
