import pytest

from pipeline.extract.themes import assign_themes

THEMES = (
    ("detention", ("place of detention", "prison")),
    ("women", ("women and girls",)),
    ("treaties", ("treaty body",)),
    ("empty", ("", " – ")),
)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("all places of detention", ("detention",)),
        ("The Prisons, too", ("detention",)),
        ("a group comprised of imprisoned persons", ()),
        ("Women and girls in prison", ("detention", "women")),
        ("girls and women", ()),
        ("cooperate with treaty bodies", ("treaties",)),
        ("", ()),
    ],
)
def test_cues_are_compared_word_by_word_in_their_stems(text: str, expected: tuple[str, ...]):
    assert assign_themes(text, THEMES) == expected
