"""The summary in words: one source of the sentences for page, Word, PDF and brief."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import get_args

from pipeline.case import Case
from pipeline.records import AskOutcome, ClaimVerdict, Source
from pipeline.report.joins import SpanRow, find_lost, join_spans, list_searched
from pipeline.report.results import Results
from pipeline.report.texts import Texts, count_noun, name_list


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the summary."""

    text: str
    part: str = ""  # of the report, where more is said: a section of texts.toml
    is_warning: bool = False


def summarise_in_words(case: Case, results: Results, texts: Texts) -> list[Sentence]:
    """What the run found, searched and lost, from the same rows that the tables show."""
    words, rows = texts["summary"], join_spans(case, results)
    lines = [_say_status(case, results, rows, texts)]
    if not list_earlier(case, results):
        lines.append(Sentence(words["no_base"], is_warning=True))
    lines.append(Sentence(_say_searched(case, results, texts)))
    if results.encoder == "none":
        lines.append(Sentence(words["lexical"], is_warning=True))
    else:
        lines.append(Sentence(words["encoder"].format(encoder=results.encoder)))
    lines += _say_who(case, results, rows, texts)
    lines += _say_asks_and_claims(case, results, texts)
    lost = count_noun(texts, "document", len(find_lost(case, results)))
    problems = count_noun(texts, "problem", len(results.problems))
    met = words["problems"].format(problems=problems, lost=lost) if results.problems else words["no_problems"]
    lines.append(Sentence(met, "problems" if results.problems else ""))
    return [*lines, *([Sentence(results.placebo.reason, "placebo")] if results.placebo else [])]


def name_claimants(case: Case) -> tuple[str, ...]:
    """The organisations whose part is examined, each once."""
    return tuple(dict.fromkeys(source.publisher or source.id for source in case.sources_as("claimant")))


def list_earlier(case: Case, results: Results) -> tuple[Source, ...]:
    """The base and sister texts that could be read."""
    lost = set(find_lost(case, results))
    return tuple(source for source in case.sources_as("base", "sister") if source.id not in lost)


def _say_status(case: Case, results: Results, rows: Sequence[SpanRow], texts: Texts) -> Sentence:
    clauses = sum(clause.source == case.target.id for clause in results.clauses)
    if not clauses:
        return Sentence(texts["clauses"]["empty"], is_warning=True)
    traced = [row for row in rows if row.change.status != "inherited"]
    repeated = len({row.clause.id for row in rows} - {row.clause.id for row in traced})
    number = "inherited_none" if not repeated else "inherited_one" if repeated == 1 else "inherited_many"
    changed = sum(row.change.status == "changed" for row in traced)
    return Sentence(
        texts["summary"]["status"].format(
            clauses=count_noun(texts, "clause", clauses),
            inherited=texts["summary"][number].format(count=repeated),
            spans=count_noun(texts, "span", len(traced)),
            changed=changed,
            new=len(traced) - changed,
        )
    )


def _say_searched(case: Case, results: Results, texts: Texts) -> str:
    words, searched = texts["summary"], list_searched(case, results)
    days = sorted(source.date for source in searched if source.date)
    documents = count_noun(texts, "document", len(searched))
    if not searched:
        return words["nothing_searched"]
    if not days:
        return words["searched_undated"].format(documents=documents)
    line = words["searched"].format(documents=documents, first=days[0], last=days[-1])
    undated = len(searched) - len(days)
    return f"{line} {words['undated'].format(documents=count_noun(texts, 'document', undated))}" if undated else line


def _say_who(case: Case, results: Results, rows: Sequence[SpanRow], texts: Texts) -> Iterator[Sentence]:
    if not case.sources_as("claimant"):
        yield Sentence(texts["summary"]["no_claimant"], is_warning=True)
    if not results.attributions and any(row.change.status != "inherited" for row in rows):
        yield Sentence(texts["summary"]["not_judged"], is_warning=True)


def _say_asks_and_claims(case: Case, results: Results, texts: Texts) -> Iterator[Sentence]:
    if results.asks:
        outcomes = [ask.outcome for ask in results.asks]
        yield Sentence(
            texts["summary"]["asks"].format(
                asks=count_noun(texts, "ask", len(outcomes)),
                claimant=name_list(name_claimants(case), texts),
                **{outcome: outcomes.count(outcome) for outcome in get_args(AskOutcome)},
            ),
            "asks",
        )
    if results.claims:
        verdicts = [claim.verdict for claim in results.claims]
        found = [
            texts["summary"]["verdict"].format(count=verdicts.count(verdict), verdict=texts["claims"][verdict])
            for verdict in get_args(ClaimVerdict)
            if verdict in verdicts
        ]
        claims = count_noun(texts, "claim", len(verdicts))
        yield Sentence(texts["summary"]["claims"].format(claims=claims, verdicts=name_list(found, texts)), "claims")
