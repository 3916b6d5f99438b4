"""How fast the parts are beside what a user would otherwise write: ratios, both sides measured in one run."""
