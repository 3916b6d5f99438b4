"""A case of three short invented documents, for tests that need a whole run and no more."""

TARGET = """---
symbol: A/HRC/RES/95/99
---

# Situation of human rights in Estland-on-Sea

*The Human Rights Council*,

*Recalling* its resolution 92/99 of 4 April 2023,

1. *Condemns* the long-standing violations of human rights in the country, including:

(a) The denial of the right to food;

(b) The beating of inmates in holding yards, transit cells, labour barges and night wards;

2. *Urges* the Government to open every holding yard to independent inspectors before the next winter;

3. *Decides* to remain seized of the matter.
"""
BASE = """# Situation of human rights in Estland-on-Sea

*The Human Rights Council*,

*Recalling* its resolution 92/99 of 4 April 2023,

1. *Condemns* the long-standing violations of human rights in the country, including:

(a) The denial of the right to food;

2. *Decides* to remain seized of the matter.
"""
CLAIMANT = """# The yards

## What we found

Guards beat inmates in holding yards, transit cells, labour barges and night wards.
The ministry has published no register since 2019. We counted 784 inmates in three yards.

## Recommendations

- The Council should urge the Government to open every holding yard to independent inspectors before the next winter.
- The Council should establish a fund for the families of inmates.
"""
HEAD = '[case]\nid = "small"\ntitle = "Small"\ntabled = 2024-03-22\nadopted = 2024-04-04\nmask = ["Estland"]\n'


def entry(name, role, kind, date):
    return (
        f'[[source]]\nid = "{name}"\nrole = "{role}"\nkind = "{kind}"\npublisher = "{role} publisher"\n'
        f'date = "{date}"\npath = "documents/{name}.md"\n'
    )


TARGET_ENTRY = entry("target", "target", "resolution", "2024-04-04")
BASE_ENTRY = entry("base", "base", "resolution", "2023-04-04")
CLAIMANT_ENTRY = entry("claimant", "claimant", "report", "2024-02-01")


def write_case(folder, *entries, head=HEAD):
    """Write the documents and a case file with the entries given (all three when none are)."""
    documents = folder / "documents"
    documents.mkdir(parents=True, exist_ok=True)
    for name, text in (("target", TARGET), ("base", BASE), ("claimant", CLAIMANT)):
        (documents / f"{name}.md").write_text(text, encoding="utf-8")
    chosen = entries or (TARGET_ENTRY, BASE_ENTRY, CLAIMANT_ENTRY)
    (folder / "case.toml").write_text(head + "\n".join(chosen), encoding="utf-8")
    return folder
