"""What people say of a link: read strictly, applied to the quotes they read, never more than the evidence allows."""

from dataclasses import replace

import pytest
from sklearn.metrics import cohen_kappa_score

from pipeline.attribute import attribute_links
from pipeline.attribute.agreement import bound_kappa, calibrate_links, list_disagreements, measure_agreement
from pipeline.attribute.review_file import COLUMNS, NAME, append_reviews, read_reviews
from pipeline.errors import ClausetraceError
from pipeline.records import Evidence, Review, Test
from tests.attribute.builders import QUIET, SETTINGS, make_source, weigh_word
from tests.attribute.test_attribute import FORBIDDEN, make_story, rows_of

RECORD = {"person": "Ada Voss", "role": "penholder", "organisation": "Mission of Norland", "outside": "yes",
          "basis": "letter of 2 May 2030"}  # fmt: skip


def make_review(verdict, reviewer="Ann", change="R/9#1/1", source="ours", day="2030-06-01", story=None, **fields):
    """A review of the story's first link as its quotes stand."""
    _, clauses, findings, changes, *_ = story or make_story()
    span = next(row for row in changes if row.id == change)
    clause = next(row for row in clauses if row.id == span.clause)
    finding = next(row for row in findings if row.source == source)
    values = dict.fromkeys(COLUMNS, "") | {
        "change": change, "source": source, "reviewer": reviewer, "date": day, "verdict": verdict,
        "clause_text": clause.full_text, "span_text": span.text, "source_text": finding.text,
    }  # fmt: skip
    return Review(**(values | fields))


def confirm(**fields):
    return make_review(fields.pop("verdict", "confirm"), **(RECORD | fields))


def judge(*reviews, **story):
    case, clauses, findings, changes, links, similarities, passages = make_story(**story)
    return attribute_links(
        case, clauses, findings, changes, links, similarities, passages, weigh_word, SETTINGS, reviews=reviews
    )


def outcome_of(judgement, name, row_id="R/9#1/1 <- ours"):
    row = next(row for row in judgement.evidence if row.id == row_id)
    return next(((test.outcome, test.reason) for test in row.tests if test.name == name), None)


@pytest.mark.parametrize(
    ("verdicts", "grade", "outcome"),
    [
        ((), "strong", None),
        (("agree",), "strong", "pass"),
        (("disagree",), "weak", "fail"),
        (("agree", "disagree"), "moderate", "unknown"),
        (("unsure",), "moderate", "unknown"),
        (("agree", "unsure"), "strong", "pass"),
        (("agree", "disagree", "disagree"), "weak", "fail"),
        (("agree", "agree", "disagree"), "strong", "pass"),
    ],
)
def test_readings_lower_a_grade_by_majority(verdicts, grade, outcome):
    reviews = [make_review(verdict, name, reason="so") for verdict, name in zip(verdicts, "ABC", strict=False)]
    judgement = judge(*reviews)
    assert rows_of(judgement)["1"].claimant_grade == grade
    assert (outcome_of(judgement, "review") or [None])[0] == outcome
    assert {review.state for review in judgement.reviews} <= {"counted"}


def test_the_reason_is_shown_and_names_who_gave_it():
    judgement = judge(make_review("agree", "A"), *(make_review("disagree", n, reason=f"list of {n}") for n in "BC"))
    sentence = next(reason for reason in rows_of(judgement)["1"].reasons if reason.startswith("Reviewed"))
    assert sentence == (
        "Reviewed by 3 reviewers: 2 of them say that the two quotes do not make the same point, 1 that they do, "
        "because B: “list of B”; C: “list of C”."
    )


def test_agreement_never_raises_a_grade():
    reviews = [make_review("agree", name, "R/9#2/1", "theirs") for name in "ABC"]
    assert rows_of(judge(*reviews))["2"].best_grade == rows_of(judge())["2"].best_grade == "moderate"


def test_a_disputed_link_makes_its_ask_not_adopted():
    assert judge().asks[0].outcome == "adopted"
    assert judge(make_review("disagree")).asks[0].outcome == "not_adopted"


def test_the_last_verdict_of_a_reader_counts_by_date():
    reviews = [make_review("agree", "ann ", day="2030-07-01"), make_review("disagree", "Ann", day="2030-06-01")]
    judgement = judge(*reviews)
    assert rows_of(judgement)["1"].claimant_grade == "strong"
    assert [(review.verdict, review.state) for review in judgement.reviews] == [
        ("disagree", "superseded"), ("agree", "counted"),
    ]  # fmt: skip


@pytest.mark.parametrize("field", ["clause_text", "span_text", "source_text"])
def test_a_changed_quote_opens_the_review_again(field):
    review = make_review("disagree")
    judgement = judge(replace(review, **{field: getattr(review, field) + " not"}))
    assert judgement.reviews[0].state == "reopened"
    assert rows_of(judgement)["1"].claimant_grade == "strong"
    spaced = replace(review, **{field: f"  {getattr(review, field).replace(' ', '  ')}\n"})
    assert judge(spaced).reviews[0].state == "counted"


def test_a_review_of_a_link_that_is_not_held_is_open():
    review = replace(make_review("disagree"), change="R/9#7/1")
    assert judge(review, replace(review, change="R/9#1/1", source="gone")).reviews[0].state == "no_link"


# ---------------------------------------------------------------- records


def test_a_person_outside_confirms():
    row = rows_of(judge(confirm()))["1"]
    assert row.claimant_grade == row.best_grade == "confirmed"
    assert row.wording == (
        "ours (ours group, 2030-01-10) contributed to this wording, as confirmed by Ada Voss (penholder, Mission of "
        "Norland; 2030-06-01; letter of 2 May 2030)."
    )
    assert not FORBIDDEN.search(row.wording)


@pytest.mark.parametrize("who", [{"outside": "no"}, {"organisation": "Ours  GROUP"}])
def test_what_the_organisation_reports_of_itself_confirms_nothing(who):
    judgement = judge(confirm(**who))
    assert rows_of(judgement)["1"].claimant_grade == "strong"
    assert judgement.reviews[0].state == "self_reported"
    assert any(reason.startswith("Self-reported") for reason in rows_of(judgement)["1"].reasons)


def test_a_claimants_word_on_a_rival_is_self_reported():
    review = confirm(organisation="ours group", change="R/9#2/1", source="theirs")
    assert judge(review).reviews[0].state == "self_reported"


@pytest.mark.parametrize(
    ("reviews", "grade", "outcome"),
    [
        ((confirm(verdict="deny"),), "weak", "fail"),
        ((confirm(), confirm(verdict="deny", person="Bo Lund")), "strong", "unknown"),
        ((confirm(), confirm(verdict="deny", day="2030-08-01")), "weak", "fail"),
        ((confirm(), make_review("disagree")), "confirmed", "pass"),
    ],
)
def test_records_count_in_both_directions(reviews, grade, outcome):
    judgement = judge(*reviews)
    assert rows_of(judgement)["1"].claimant_grade == grade
    assert outcome_of(judgement, "confirmation")[0] == outcome


def test_an_undated_document_can_be_confirmed():
    assert rows_of(judge(confirm(), claimant_day=""))["1"].claimant_grade == "confirmed"


def test_a_confirmation_against_a_date_is_a_conflict_and_changes_nothing():
    judgement = judge(confirm(), claimant_day="2030-03-20")
    assert rows_of(judgement)["1"].claimant_grade == "ruled_out"
    assert judgement.reviews[0].state == "in_conflict"
    outcome, reason = outcome_of(judgement, "confirmation")
    assert outcome == "unknown" and "published after tabling" in reason and "Ada Voss" in reason
    assert reason in rows_of(judgement)["1"].reasons


def test_a_confirmation_of_inherited_words_is_a_conflict():
    story = make_story()
    plea = story[2][1]
    judgement = judge(confirm(change="R/9#3/1", source_text=plea.text))
    assert judgement.reviews[0].state == "in_conflict"
    assert "stands in R/8" in outcome_of(judgement, "confirmation", "R/9#3/1 <- ours")[1]


# ---------------------------------------------------------------- the file


def test_rows_are_added_and_nothing_is_overwritten(tmp_path):
    first = make_review("disagree", reason='=HYPERLINK("x")', reviewer="'-Ann")
    file = append_reviews(tmp_path, [first])
    before = file.read_bytes()
    append_reviews(tmp_path, [confirm(reason='said, "so"\nand so')])
    assert file.read_bytes().startswith(before) and b",=HYPER" not in before
    reviews, problems = read_reviews(tmp_path)
    assert problems == [] and reviews[0] == first and reviews[1].person == "Ada Voss"
    append_reviews(tmp_path, [])
    assert len(read_reviews(tmp_path)[0]) == 2


def test_a_file_whose_last_line_has_no_end_is_continued_on_a_line_of_its_own(tmp_path):
    file = append_reviews(tmp_path, [make_review("agree")])
    file.write_bytes(file.read_bytes().rstrip(b"\n"))
    append_reviews(tmp_path, [make_review("unsure")])
    assert [review.verdict for review in read_reviews(tmp_path)[0]] == ["agree", "unsure"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"verdict": "yes"}, "the verdict is 'yes'; write one of agree"),
        ({"date": "1 June 2030"}, "the date is '1 June 2030'; write the day as"),
        ({"date": "2030-02-31"}, "the date is '2030-02-31'"),
        ({"reviewer": " "}, "the column reviewer is empty"),
        ({"source_text": ""}, "the column source_text is empty"),
        ({"verdict": "confirm"}, "the column person is empty, which `confirm` needs"),
        ({"verdict": "deny", **RECORD, "basis": ""}, "the column basis is empty"),
        ({"verdict": "confirm", **RECORD, "outside": "maybe"}, "the column outside is 'maybe'; write yes or no"),
    ],
)
def test_a_bad_row_is_one_sentence_and_the_others_apply(tmp_path, fields, said):
    append_reviews(tmp_path, [make_review("agree"), replace(make_review("agree"), **fields), make_review("unsure")])
    reviews, problems = read_reviews(tmp_path)
    assert [review.verdict for review in reviews] == ["agree", "unsure"]
    assert [problem.message.startswith(f"{NAME}, line 3: {said}") for problem in problems] == [True]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", None),
        (b"reviewer,verdict\nAnn,agree\n", "line 1: has no column change, source, date"),
        (";".join(COLUMNS).encode(), "separated by semicolons"),
        ("Zo\xeb".encode("latin-1"), "cannot be read as CSV in UTF-8"),
        (",".join(COLUMNS).encode() + b'\n"never closed', "nothing after line 1 can be read"),
        (",".join(COLUMNS).encode() + b"\na,b\n\n", "line 2: has 2 cells and the head 14"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_problem_and_is_not_added_to_blindly(tmp_path, content, said):
    file = tmp_path / NAME
    file.parent.mkdir()
    file.write_bytes(content)
    reviews, problems = read_reviews(tmp_path)
    assert reviews == [] and [said in problem.message for problem in problems] == ([True] if said else [])
    if said and "has no column" in said:
        with pytest.raises(ClausetraceError, match="cannot be added to"):
            append_reviews(tmp_path, [make_review("agree")])


# ---------------------------------------------------------------- agreement and calibration


def make_readings(verdicts_of):
    """Reviews of links 0, 1, 2, ... by each reader."""
    return [
        replace(make_review(verdict, reader), change=f"s{number:03}")
        for reader, verdicts in verdicts_of.items()
        for number, verdict in enumerate(verdicts)
    ]


def test_kappa_is_cohens_with_an_interval_around_it():
    first = ["agree"] * 40 + ["disagree"] * 30 + ["unsure"] * 5
    second = ["agree"] * 33 + ["disagree"] * 34 + ["unsure"] * 8
    (row,) = measure_agreement(make_readings({"Ben": second, "Ann": first}))
    assert (row.reviewer, row.other_reviewer, row.links) == ("Ann", "Ben", 75)
    assert row.kappa == pytest.approx(cohen_kappa_score(first, second))
    assert row.kappa_low < row.kappa < row.kappa_high and row.kappa_high - row.kappa_low < 0.4
    assert row.agreed / row.links == pytest.approx(sum(map(str.__eq__, first, second)) / 75)
    assert "kappa 0." in row.reason and "read the counts" not in row.reason


def test_few_links_and_one_verdict_throughout_are_said_to_be_so():
    (few,) = measure_agreement(make_readings({"A": ["agree", "disagree"], "B": ["agree", "agree"]}))
    assert few.kappa == 0 and "Under 60 links read the counts" in few.reason
    (same,) = measure_agreement(make_readings({"A": ["agree"] * 5, "B": ["agree"] * 5}))
    assert same.kappa is None and "not defined" in same.reason
    assert bound_kappa([("agree", "agree"), ("agree", "disagree")]) == (None, None)
    assert measure_agreement(make_readings({"A": ["agree"]})) == ()


def test_only_yes_against_no_is_to_be_settled():
    rows = make_readings({"A": ["agree", "agree", "agree"], "B": ["disagree", "unsure", "agree"]})
    assert [[review.reviewer for review in link] for link in list_disagreements(rows)] == [["A", "B"]]


@pytest.mark.parametrize(("number", "rows"), [(0, 0), (10, 1), (80, 6)])
def test_probabilities_stand_beside_verdicts_from_sixty_links_on(number, rows):
    links = {f"l{n}": replace(QUIET, id=f"l{n}", match_probability=(n % 10) / 10) for n in range(number)}
    evidence = [
        Evidence(f"e{n}", "s", "x", f"l{n}", "f", "weak", "", (Test("review", said, None, ""),), None, None)
        for n in range(number)
        for said in (["pass" if n % 10 >= 5 else "fail"])
    ]
    evidence.append(Evidence("u", "s", "x", "l0", "f", "weak", "", (Test("review", "unknown", None, ""),), None, None))
    table = calibrate_links(evidence, links)
    assert len(table) == rows
    if table:
        assert (table[0].links, table[0].agreed) == (number, number // 2)
        assert table[0].agreed_low < 0.5 < table[0].agreed_high
        assert (table[0].brier is None) == (number < 60)
    if number >= 60:
        assert table[0].brier_skill == pytest.approx(1 - table[0].brier / 0.25)
        assert sum(row.links for row in table[1:]) == number and table[-1].agreed == table[-1].links


def test_the_publisher_of_a_document_is_not_outside_of_it():
    assert make_source("theirs", "rival").publisher == "theirs group"
    judgement = judge(confirm(organisation="theirs group", change="R/9#2/1", source="theirs"))
    assert judgement.reviews[0].state == "self_reported"
    assert judge(confirm(change="R/9#2/1", source="theirs")).reviews[0].state == "counted"
