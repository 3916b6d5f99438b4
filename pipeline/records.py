"""The nouns: every table of the pipeline is a list of one of these frozen dataclasses.

Ids are readable (`A/HRC/RES/55/21#2(g)`) and never parsed back. Offsets count characters of a paragraph's text,
start included and end excluded. Boxes are in PDF points from the top left corner of the page.
"""

from dataclasses import dataclass
from typing import Literal

Role = Literal["target", "base", "sister", "claimant", "rival", "background", "placebo", "late"]
DocumentKind = Literal["resolution", "draft", "report", "submission", "position_paper", "statement", "press"]
DateBasis = Literal["printed", "metadata", "announced", "user"]
ParagraphKind = Literal["masthead", "heading", "body", "list_item", "footnote", "table_cell", "caption", "running_head"]
Section = Literal["preamble", "operative", "annex"]
FindingKind = Literal["finding", "ask", "proposal"]
SpanStatus = Literal["inherited", "changed", "new"]
Outcome = Literal["pass", "fail", "unknown"]
Grade = Literal["confirmed", "strong", "moderate", "weak", "ruled_out", "none"]
Voice = Literal["own", "quoted", "disputed", "asked"]
AskOutcome = Literal["adopted", "partly", "not_adopted"]
ClaimVerdict = Literal["supported", "partly", "not_supported", "contradicted", "cannot_be_checked"]
ReviewVerdict = Literal["agree", "disagree", "unsure", "confirm", "deny"]
ReviewState = Literal["counted", "superseded", "reopened", "self_reported", "in_conflict", "no_link"]


@dataclass(frozen=True, slots=True)
class Source:
    """A document of a case: who published it, when, and where its file lies."""

    id: str  # document symbol where there is one
    role: Role
    kind: DocumentKind
    publisher: str
    title: str
    date: str  # "2024-04-04", "2024-02" or "2024"; "" when not known
    date_basis: DateBasis
    language: str
    path: str  # relative to the case folder
    url: str
    licence: str


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page that holds a paragraph's text from offset `start` on (to the next box, or the end)."""

    page: int  # from 1
    x0: float
    top: float
    x1: float
    bottom: float
    start: int


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a paragraph's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A footnote mark that was taken out of the text at offset `at`."""

    at: int
    mark: str  # as printed: "1", "*", "a"


@dataclass(frozen=True, slots=True)
class Deletion:
    """Words that a document shows as taken out: tracked deletions, or words with a line through them."""

    at: int  # offset in the text at which they stood
    text: str  # with the blanks that parted them from what is kept
    printed: bool = True  # struck through, and so still to be seen; tracked deletions are not


@dataclass(frozen=True, slots=True)
class Cell:
    """Where in which table of the document a paragraph stands, all from 0."""

    table: int
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph, list item, heading, note or cell, in reading order, healed over lines, columns and pages."""

    id: str
    source: str
    order: int  # place in reading order, from 0
    page: int | None  # on which it begins, from 1; None where a format has no pages
    kind: ParagraphKind
    label: str | None  # printed label, as printed without trailing dot: "2", "(g)", "140.12"; a footnote's mark
    text: str  # without label and footnote marks
    level: int | None = None  # headings: 1 is the highest; list items: depth from 1
    boxes: tuple[Box, ...] = ()  # several when it runs over a column or page
    italics: tuple[Span, ...] = ()
    marks: tuple[Mark, ...] = ()
    cell: Cell | None = None
    confidence: float | None = None  # of optical character recognition, 0..1; None for born-digital text
    inserted: tuple[Span, ...] = ()  # tracked insertions; they are part of the text
    deleted: tuple[Deletion, ...] = ()  # in order; they are no part of the text

    @property
    def printed(self) -> str:
        """The text as it is to be seen, with the words that are struck through."""
        text = self.text
        for deletion in sorted(self.deleted, key=lambda deletion: deletion.at, reverse=True):
            if deletion.printed:
                text = text[: deletion.at] + deletion.text + text[deletion.at :]
        return " ".join(text.split()) if text != self.text else text

    @property
    def bbox(self) -> tuple[float, float, float, float] | None:
        """The first box as x0, top, x1, bottom in points."""
        first = self.boxes[0] if self.boxes else None
        return (first.x0, first.top, first.x1, first.bottom) if first else None


@dataclass(frozen=True, slots=True)
class Masthead:
    """What a document says of itself at its head; "" where it does not."""

    source: str
    symbol: str
    distribution: str
    date: str  # "2024-04-04", "2024-04" or "2024"
    date_basis: DateBasis | Literal[""]
    language: str  # original language, as printed
    session: str
    agenda_item: str
    title: str


@dataclass(frozen=True, slots=True)
class PassageStems:
    """A paragraph, or a list whole with the paragraph above it, as words: in which shared wording is looked for."""

    source: str
    stems: tuple[str, ...]  # of its content words, in order


@dataclass(frozen=True, slots=True)
class Quote:
    """The smallest unit of provenance: these words stand at this place of this document."""

    source: str
    page: int | None
    paragraph: str  # id
    start: int
    end: int
    text: str  # exactly the paragraph's text[start:end]


def join_quotes(quotes: tuple[Quote, ...]) -> str:
    """The quotes' texts in order, joined by one blank."""
    return " ".join(quote.text for quote in quotes)


def cut_quotes(quotes: tuple[Quote, ...], start: int, end: int) -> tuple[Quote, ...]:
    """The quotes of `join_quotes(quotes)[start:end]`: each cut to the part that lies inside, empty ones left out."""
    cut = []
    offset = 0
    for quote in quotes:
        first, last = max(start - offset, 0), min(end - offset, len(quote.text))
        if first < last:
            text = quote.text[first:last]
            cut.append(Quote(quote.source, quote.page, quote.paragraph, quote.start + first, quote.start + last, text))
        offset += len(quote.text) + 1
    return tuple(cut)


@dataclass(frozen=True, slots=True)
class Argument:
    """A further noun of an act and the part it plays: the preposition before it, or "of" what is acted on."""

    role: str  # "to", "from", "against", ...; "of": whose, or of what, the object is; "whose": the actor's
    name: str  # lemmas, lower case


def find_boxes(paragraph: Paragraph, quote: Quote) -> tuple[Box, ...]:
    """The boxes in which some of the quote stands; a box holds the paragraph's text from its start to the next's."""
    boxes = paragraph.boxes
    ends = [box.start for box in boxes[1:]] + [len(paragraph.text)]
    return tuple(box for box, end in zip(boxes, ends, strict=False) if box.start < quote.end and quote.start < end)


@dataclass(frozen=True, slots=True)
class Frame:
    """Who does what to whom, in lemmas, lower case; "" where the sentence does not say."""

    actor: str
    act: str
    object: str
    negated: bool
    stance: Literal["states", "exhorts", "condemns", "commends"]
    others: tuple[Argument, ...] = ()  # "to the ombudsman", "from prisoners"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with what it counts, as a document states it: 784 detainees."""

    value: float
    unit: str  # head noun lemma, with its modifiers where they distinguish: "detainee", "co-sponsor"
    start: int  # offset in the finding's text
    end: int


@dataclass(frozen=True, slots=True)
class Clause:
    """A preambular, operative or annex paragraph or sub-paragraph of a resolution, or a numbered recommendation."""

    id: str
    source: str
    order: int
    section: Section
    label: str | None  # "PP4", "2", "2(g)", "2(g)(ii)", "140.12"
    parent: str | None  # label of the clause above
    verb: str | None  # opening phrase as the UN prints it in italics
    quotes: tuple[Quote, ...]
    chapeau: tuple[Quote, ...] = ()  # quotes of the clauses above, outermost first
    heading: str = ""
    level: int = 1  # 1 for "2", 2 for "2(g)", 3 for "2(g)(ii)"
    strength: int | None = None  # of the verb phrase, 1 (notes) to 6 (demands, decides); None without a known verb
    addressee: str = ""  # whom the clause calls on, as printed: "all Member States"
    cites: tuple[str, ...] = ()  # document symbols and resolutions named in it, in order
    stakeholders: tuple[str, ...] = ()  # recommending States, or submitters named in its footnotes
    themes: tuple[str, ...] = ()  # theme ids; empty is "Other"
    frames: tuple[Frame, ...] = ()

    @property
    def text(self) -> str:
        return join_quotes(self.quotes)

    @property
    def full_text(self) -> str:
        """The text with its chapeau before it."""
        return join_quotes(self.chapeau + self.quotes)

    @property
    def page(self) -> int | None:
        return self.quotes[0].page if self.quotes else None


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence of a report that states a fact, asks for something, or proposes a wording."""

    id: str
    source: str
    order: int
    kind: FindingKind
    section: str  # nearest heading above
    quotes: tuple[Quote, ...]
    themes: tuple[str, ...] = ()
    frames: tuple[Frame, ...] = ()
    figures: tuple[Figure, ...] = ()
    places: tuple[str, ...] = ()
    institutions: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()  # as printed
    stakeholders: tuple[str, ...] = ()  # submitters that the paragraph's footnotes or its text name
    base_text: str = ""  # proposals: the current text they want to change
    added: str = ""  # proposals: words they add, in order
    removed: str = ""  # proposals: words they take out, in order
    voice: Voice = "own"  # whose words: the author's, somebody else's, words the author disputes, or a question
    voice_of: str = ""  # who is quoted, as printed; of disputed ones who rejects them, "" for the author

    @property
    def text(self) -> str:
        return join_quotes(self.quotes)

    @property
    def page(self) -> int | None:
        return self.quotes[0].page if self.quotes else None


@dataclass(frozen=True, slots=True)
class Similarity:
    """How close a finding and a clause are in meaning: a measurement over the full texts, never a verdict."""

    finding: str
    clause: str
    cosine_clause: float | None  # None in lexical-only mode
    bm25_clause: float


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """How near its nearest spans are to a finding, or its nearest findings of one document to a span.

    `Link.cosine_contrast` is taken from it.
    """

    text: str  # id of the finding, or of the change
    cosines: tuple[float, ...]  # the eleven largest, rising; fewer where the other side has fewer texts


@dataclass(frozen=True, slots=True)
class Change:
    """A span of a target clause and what the earlier texts say of it. Inherited clauses have one row, too."""

    id: str
    clause: str
    status: SpanStatus
    quotes: tuple[Quote, ...]  # the span in its clause: added words, or the whole clause when inherited or new
    context: str  # the clause's words around the span, for reading and for `cosine_span`
    added: tuple[str, ...]  # runs of added words, in order
    removed: tuple[str, ...]  # runs of words of the nearest earlier clause (inherited: the latest) dropped here
    earlier_clause: str | None  # id of the nearest clause in the earlier texts
    earlier_source: str | None  # inherited: the earliest text that carries it; else the nearest
    earlier_text: str  # of that clause
    kept_share: float  # share of the clause's words that stand in the nearest earlier clause, 0..1
    moved: bool  # the nearest earlier clause has another label
    since: str = ""  # earliest text with a version of the clause; inherited: with all of its words; "" when new
    gaps: tuple[str, ...] = ()  # base texts after `since` that lack it, by date
    joined: tuple[str, ...] = ()  # further clauses of that earlier text that words of this one stand in
    chapeau_changed: bool = False  # the words above it differ from those above its nearest version

    @property
    def text(self) -> str:
        return join_quotes(self.quotes)


@dataclass(frozen=True, slots=True)
class Link:
    """A finding beside a changed span, with named measurements and no verdict."""

    id: str
    change: str
    finding: str
    source: str  # of the finding
    cosine_span: float | None  # finding against the span in its sentence; None in lexical-only mode
    cosine_added: float | None  # finding against the added words alone
    cosine_clause: float | None  # finding against the clause with its chapeau
    bm25_span: float  # the finding as query, the added words as document
    bm25_share: float  # of what the added words themselves would reach as query, about 0..1
    shared_idf: float  # idf mass (nats) of content stems shared with the whole clause, each counted once
    shared_idf_added: float  # of those shared with the added words alone
    shared_share: float  # shared_idf_added over the idf mass of all added words, 0..1
    order_share: float  # share of the added content words that the finding has in the same order, 0..1
    shared_phrases: tuple[str, ...]  # common runs of two or more words, one at least a content word, longest first
    ordered_run: str  # the longest run of content words in the same order (function words may differ), as printed
    ordered_words: int  # its content words
    ordered_idf: float  # their idf mass (nats), where the words of a common phrase weigh what they add to it
    shared_items: tuple[str, ...]  # items of one list of the span that the finding has, too
    negation_conflict: bool
    role_swap: bool
    stance_conflict: bool
    same_frame: bool  # both say that the same actor does the same act to the same object
    direction_doubt: bool  # no conflict was parsed, but a denying word or the act on a shared object differs
    days_before_tabling: int | None  # of the latest day the source's date allows; None when undated
    days_before_tabling_most: int | None  # of the earliest day it allows
    log_odds: float  # of `match_probability`
    match_probability: float  # calibrated, 0..1
    cosine_contrast: float | None = None  # cosine_span less what both texts reach with their ten nearest others
    token_similarity: float | None = None  # how well each added word is met by a word of the other, by meaning, 0..1
    source_share: float = 0.0  # shared_idf_added over the idf mass of all words of the finding, 0..1
    phrase_idf: float = 0.0  # shared_idf_added where a word that ends a shared phrase weighs what it adds to it


@dataclass(frozen=True, slots=True)
class Test:
    """One process-tracing test of a link: outcome, its number where there is one, and the reason in words."""

    name: str
    outcome: Outcome
    value: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """One row per changed span and source: the tests of the source's best link, and the grade they allow."""

    id: str
    change: str
    source: str
    link: str  # id of the best link
    finding: str
    grade: Grade
    wording: str  # what may be said of this link
    tests: tuple[Test, ...]
    p_pooled: float | None  # of the source's organisation for this span, before Benjamini-Hochberg
    p_strict: float | None


@dataclass(frozen=True, slots=True)
class Rival:
    """Another voice on the same span."""

    source: str
    publisher: str
    date: str
    grade: Grade
    earlier: bool | None  # than the best source; None where dates do not tell


@dataclass(frozen=True, slots=True)
class Attribution:
    """One row per span of the target: status, best source, best grade, the claimant's own grade, rivals, wording."""

    change: str
    clause: str
    status: SpanStatus
    themes: tuple[str, ...]
    best_source: str  # "" when none
    best_finding: str
    best_grade: Grade
    claimant_source: str
    claimant_finding: str
    claimant_grade: Grade
    rivals: tuple[Rival, ...]
    wording: str  # the sentence that may be published, with the corpus searched named where needed
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AskFate:
    """What became of one ask or proposal of the claimant."""

    finding: str
    outcome: AskOutcome
    clause: str  # nearest clause, "" when none
    change: str  # "" when the nearest clause is inherited or none
    reason: str


@dataclass(frozen=True, slots=True)
class ClaimCheck:
    """A sentence of a public statement that claims influence, novelty or content, held against the evidence."""

    place: str  # the paragraph of the file, or the id of a claim of the case file
    text: str
    kinds: tuple[str, ...]  # influence, novelty, primacy, content
    verdict: ClaimVerdict
    clauses: tuple[str, ...]  # ids of those it cites, else of those nearest in meaning
    evidence: tuple[str, ...]  # ids of the claimant's rows of evidence on them
    reason: str
    publishable: str  # a sentence that may be published instead; "" when the documents give none


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two findings that give different numbers for the same thing. Shown, never resolved silently."""

    unit: str
    value: float
    other_value: float
    finding: str
    other_finding: str


@dataclass(frozen=True, slots=True)
class PlaceboCheck:
    """The error control of one case run: how many placebo blocks, what they allow, and whether the pooling holds."""

    blocks: int  # N
    spans: int  # S
    block_findings: int  # n: findings compared a document
    smallest_p_strict: float | None
    smallest_p_pooled: float | None
    rejections: int  # placebos that, playing the claimant, got any rejection
    rejection_share: float | None
    share_low: float | None  # 95 % interval
    share_high: float | None
    reason: str  # one sentence: holds, does not hold, or unknown and why


@dataclass(frozen=True, slots=True)
class Review:
    """One row of a case's hand/reviews.csv (all columns but `state`): what a person says of one link.

    Readers of the two quotes say `agree` (they make the same point), `disagree` (they do not) or `unsure`. Records of
    people who know how the text came about say `confirm` (the drafters used the document) or `deny` (they did not);
    these need person, role, date and basis. Rows are added, never overwritten: a reader's last row on a link counts.
    States: `counted`; `superseded` by a later row of the same person; `reopened`, since a quote has changed;
    `self_reported` by the document's own organisation; `in_conflict` with a date or an earlier text; `no_link`.
    """

    change: str  # id of the span
    source: str  # id of the document
    reviewer: str  # who gave the verdict, or who entered the record
    date: str  # of the verdict, or the day on which the person said it: "2024-05-31"
    verdict: ReviewVerdict
    reason: str
    person: str  # records only: who confirms or denies; "" otherwise, as in the next four
    role: str  # what that person did when the text was drafted: "penholder", "delegate of ..."
    organisation: str  # whom that person works for; may be empty
    outside: str  # "yes" when the person is outside the organisation that wrote the document, else "no"
    basis: str  # how it is known: "letter of 31 May 2024", "tracked draft of 12 March"
    clause_text: str  # the clause with its chapeau, as it was read when the verdict was given
    span_text: str  # the new words in it
    source_text: str  # the passage of the document
    state: ReviewState | Literal[""] = ""  # what became of the row in this run


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two readers agree on the links that both have read: share and Cohen's kappa with 95 % intervals."""

    reviewer: str
    other_reviewer: str
    links: int  # that both gave a verdict on
    agreed: int  # the same verdict of agree, disagree, unsure
    agreed_low: float  # bounds of the share agreed (exact)
    agreed_high: float
    kappa: float | None  # None where it is not defined: both gave one verdict throughout
    kappa_low: float | None  # bounds by bootstrap over links; None where too few resamples define it
    kappa_high: float | None
    reason: str  # one sentence, with what must be known to read the numbers


@dataclass(frozen=True, slots=True)
class Calibration:
    """Match probabilities beside what readers said, over one range of probabilities; the first row is all links."""

    low: float  # the range of `match_probability`
    high: float
    links: int  # that most readers agreed or disagreed with
    agreed: int
    agreed_low: float  # bounds of the share agreed (95 %, exact)
    agreed_high: float
    mean_probability: float | None  # None without links
    brier: float | None  # mean squared error of `match_probability`; None under 60 links
    brier_skill: float | None  # 1 - brier / brier of the constant share; None under 60 links, and for single ranges


@dataclass(frozen=True, slots=True)
class Problem:
    """A document, or a part of one, that could not be used, and what to do about it."""

    source: str
    role: Role | Literal[""]
    stage: str
    message: str
