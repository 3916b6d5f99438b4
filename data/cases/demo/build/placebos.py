"""Write the placebo papers: reports of the claimant's genre about other invented countries, from varied sentence plans.

Each paper mixes four or five topics and about thirty sentences. No sentence stands in two papers, and no plan is used
twice in one. The seed is fixed, so every run gives the same papers.
"""

import random
import re
import tomllib
from pathlib import Path

from texts_in import Block, Document

Words = dict[str, list[str]]  # list name -> its words

# One paper a country. With 60 the smallest p of the strict test is 1/61, which stays under .05 for three documents.
COUNT = 60
PDF_EVERY = 15  # every 15th paper is a PDF, the others are Markdown
SEED = 950021
OPENING, CLOSING = "close", "asks"
LEADING_TOPICS = ("prisons", "women", "figures and openness")  # the subjects of the case: topic alone must not decide


def write_placebos(texts: Path) -> list[Document]:
    """The placebo papers, from placebo_plans.txt and placebo_words.toml in `texts`."""
    words = tomllib.loads((texts / "placebo_words.toml").read_text(encoding="utf-8"))
    headings: Words = words.pop("headings")
    plans = read_plans((texts / "placebo_plans.txt").read_text(encoding="utf-8"))
    used: set[str] = set()
    return [write_paper(number, words, headings, plans, used) for number in range(COUNT)]


def read_plans(text: str) -> dict[str, list[str]]:
    """Topic -> its sentence plans; the explanation at the top of the file has no plans and drops out."""
    sections = re.findall(r"^# (.+)\n((?:[^#\n].*\n?)+)", text, flags=re.MULTILINE)
    return {topic: [plan.lstrip("!") for plan in body.splitlines() if plan] for topic, body in sections}


def write_paper(number: int, words: Words, headings: Words, plans: Words, used: set[str]) -> Document:
    """One paper; its sentences are added to `used`."""
    dice = random.Random(SEED + number)
    land = invent_country(words["countries"][number], words, dice)
    blocks = []
    for topic, size in plan_sections(number, plans, dice):
        blocks.append(Block("heading", dice.choice(headings[topic]), level=2))
        chosen = dice.sample(plans[topic], min(size, len(plans[topic])))
        sentences = [_write_new(plan, land, words, dice, used) for plan in chosen]
        blocks += _set_paragraphs(sentences, one_each=topic == CLOSING, dice=dice)
    return Document(_make_head(number, land, words, dice), tuple(blocks))


def plan_sections(number: int, plans: dict[str, list[str]], dice: random.Random) -> list[tuple[str, int]]:
    """(topic, sentences): method, four topics, requests; two papers in three hold a subject of the case on purpose."""
    others = [topic for topic in plans if topic not in {OPENING, CLOSING}]
    lead = [LEADING_TOPICS[number % 3]] if number % 3 == 0 or dice.random() < 0.5 else []
    rest = dice.sample([topic for topic in others if topic not in lead], 4 - len(lead))
    middle = lead + rest
    dice.shuffle(middle)
    return [(OPENING, 2), *((topic, dice.randint(6, 7)) for topic in middle), (CLOSING, dice.randint(3, 5))]


def invent_country(names: str, words: Words, dice: random.Random) -> dict[str, str]:
    """The fixed vocabulary of one country: places, institutions, a river, a newspaper."""
    country, demonym = names.split()
    capital, town, town2, region, prison, river = (_invent_place(words, dice) for _ in range(6))
    picks = {key: dice.choice(words[plural]) for key, plural in (
        ("ministry", "ministries"), ("police", "polices"), ("union", "unions"), ("parliament", "parliaments"),
        ("court", "courts"), ("minister", "ministers"), ("coin", "coins"),
    )}  # fmt: skip
    return picks | {
        "country": country,
        "demonym": demonym,
        "capital": capital,
        "town": town,
        "town2": town2,
        "region": dice.choice(words["region_kinds"]).format(region),
        "prison": dice.choice(words["prison_kinds"]).format(prison),
        "river": f"the {river}",
        "paper": dice.choice(words["papers"]).format(capital),
        "ngo": dice.choice(words["organisations"]).format(country),
    }


def _invent_place(words: Words, dice: random.Random) -> str:
    return dice.choice(words["starts"]) + dice.choice(words["middles"]) + dice.choice(words["ends"])


def _write_new(plan: str, land: dict[str, str], words: Words, dice: random.Random, used: set[str]) -> str:
    """A sentence of the plan that no other paper has; raises ValueError when the plan has too few variants."""
    for _ in range(200):
        sentence = fill_plan(plan, land, words, dice)
        if sentence not in used:
            used.add(sentence)
            return sentence
    raise ValueError(f"give this plan more slots: {plan}")


def fill_plan(plan: str, land: dict[str, str], words: Words, dice: random.Random) -> str:
    """Make the choices, fill the slots, start with a capital and keep institutions in lower case inside."""
    chosen = re.sub(r"\[([^\]]+)\]", lambda match: dice.choice(match.group(1).split("|")), plan)
    slots = land | _draw_numbers(dice) | {
        "few": dice.choice(words["few"]),
        "month": dice.choice(words["months"]),
        "food": dice.choice(words["foods"]),
        "colour": dice.choice(words["colours"]),
    }  # fmt: skip
    text = chosen.format(**{key: _lower_article(value) for key, value in slots.items()})
    return text[0].upper() + text[1:]


def _lower_article(text: str) -> str:
    return re.sub(r"^The (?=[a-z])|^The (?=Ministry|Department|Home|Secretariat)", "the ", text)


def _draw_numbers(dice: random.Random) -> dict[str, str]:
    larger = dice.randint(40, 900)
    return {
        "n": str(larger),
        "less": str(larger // dice.randint(2, 4)),
        "pct": str(dice.randint(8, 70)),
        "months": str(dice.randint(3, 29)),
        "year": str(dice.randint(2012, 2021)),
    }


def _set_paragraphs(sentences: list[str], one_each: bool, dice: random.Random) -> list[Block]:
    """Sentences run together in paragraphs of three or four, requests stand alone."""
    if one_each:
        return [Block("para", sentence) for sentence in sentences]
    cut = dice.randint(3, 4)
    return [Block("para", " ".join(part)) for part in (sentences[:cut], sentences[cut:]) if part]


def _make_head(number: int, land: dict[str, str], words: Words, dice: random.Random) -> dict[str, str]:
    layout = "paper" if number % PDF_EVERY == 0 else "md"
    name = f"{number + 1:02}_{land['country'].lower()}"
    return {
        "id": f"placebo-{name.replace('_', '-')}",
        "role": "placebo",
        "kind": dice.choice(["report", "position_paper", "submission"]),
        "publisher": land["ngo"],
        "title": dice.choice(words["titles"]).format(land["country"]),
        "date": f"{dice.randint(2021, 2023)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}",
        "layout": layout,
        "file": f"placebos/{name}.{'pdf' if layout == 'paper' else 'md'}",
    }
