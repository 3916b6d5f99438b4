"""The permitted wordings as whole sentences that name their paragraph, for everybody who copies them."""

from pipeline.records import Clause
from pipeline.report.joins import SpanRow
from pipeline.report.texts import Texts


def state_wording(row: SpanRow, wording: str, texts: Texts) -> str:
    """A wording of the tables as a whole sentence that names its paragraph: "Paragraph 2(g) echoes wording ..."."""
    if not wording:
        return ""
    name = name_paragraph(row.clause, texts)
    subject = texts["sentences"]["added"].format(paragraph=name) if row.change.status == "changed" else name
    said = _capitalise(wording)
    for opening, after in texts["openings"].items():
        said = said.replace(f". {opening}", ". " + texts["sentences"]["again"].format(rest=after))
    for opening, after in texts["openings"].items():
        if said.startswith(opening):
            said = f"{_capitalise(subject)} {after}{said.removeprefix(opening)}"
            break
    else:
        said = texts["sentences"]["named"].format(paragraph=_capitalise(subject), wording=said)
    return said if said.endswith((".", "…")) else f"{said}."


def name_paragraph(clause: Clause, texts: Texts) -> str:
    """ "paragraph 2(g)", "preambular paragraph 4", or "the clause ..." where none is printed."""
    words = texts["sentences"]
    if clause.label is None:
        return words["unlabelled"].format(label=clause.id)
    if clause.section == "preamble" and clause.label.startswith("PP"):
        return words["preamble"].format(label=clause.label.removeprefix("PP"))
    return words["paragraph"].format(label=clause.label)


def _capitalise(text: str) -> str:
    return text[:1].upper() + text[1:]
