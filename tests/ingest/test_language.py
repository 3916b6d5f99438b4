"""Which language a document is in, and that only supported ones are read."""

import subprocess
import sys

import pytest

from pipeline.errors import DocumentError
from pipeline.ingest import read_document
from pipeline.ingest.language import check_language
from pipeline.records import Paragraph

TEXTS = {
    "en": "Calls upon the Government of Norland to open all prisons to visitors, and to publish the names of those "
    "who have died in them since the last census.",
    "fr": "Demande au Gouvernement du Norland d'ouvrir toutes les prisons aux visiteurs et de publier les noms de "
    "ceux qui y sont morts depuis le dernier recensement.",
    "es": "Pide al Gobierno de Norlandia que abra todas las cárceles a los visitantes y que publique los nombres de "
    "quienes han muerto en ellas desde el último censo.",
    "de": "Fordert die Regierung von Norland auf, alle Gefängnisse für Besucher zu öffnen und die Namen derer zu "
    "veröffentlichen, die dort seit der letzten Zählung gestorben sind.",
    "ru": "Призывает правительство Норландии открыть все тюрьмы для посетителей и опубликовать имена тех, кто умер "
    "в них со времени последней переписи населения страны.",
    "ko": "노를란트 정부가 모든 교도소를 방문자에게 개방하고 지난 인구 조사 이후 그곳에서 사망한 사람들의 이름을 "
    "공표할 것을 촉구하며 모든 "
    "수감자의 가족에게 소식을 전할 것을 요청한다 그리고 독립적인 감시 기구를 설치할 것을 권고한다",
    "zh": "呼吁诺兰政府向访客开放所有监狱，并公布自上次人口普查以来在狱中死亡者的姓名，同时请该国政府允许独立观察员进入"
    "全部拘留场所，并向被拘留者家属提供信息，保障他们的权利。",
    "ar": "تهيب بحكومة نورلاند أن تفتح جميع السجون أمام الزوار وأن تنشر أسماء الذين ماتوا فيها منذ آخر تعداد "
    "للسكان وأن تبلغ أسر المحتجزين بأماكن وجودهم دون تأخير",
}


def _paragraphs(*texts):
    return [Paragraph("", "x", order, None, "body", None, text) for order, text in enumerate(texts)]


def test_english_is_read():
    assert check_language(_paragraphs(TEXTS["en"]), "a.txt") == "en"


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("fr", "French"),
        ("es", "Spanish"),
        ("de", "German"),
        ("ru", "Russian"),
        ("ko", "Korean"),
        ("zh", "Chinese"),
        ("ar", "Arabic"),
    ],
)
def test_other_languages_are_refused_by_name(tmp_path, code, name):
    path = tmp_path / "paper.txt"
    path.write_text(TEXTS[code] + "\n", encoding="utf-8")
    with pytest.raises(DocumentError, match=rf"^paper\.txt: the text is in {name}, .* give its English version\.$"):
        read_document(path, "x")


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour à tous.",
        "2019 1,204 33.1 % 2020 1,377 35.0 % 2021 998 " * 20,
        "Norland Sudland Westland Ostland Norlandia " * 6,  # names of States
        "A/HRC/99/1 A/HRC/99/L.2 E/CN.4/1 S/RES/9 " * 10,
    ],
)
def test_what_cannot_be_told_passes(text):
    assert check_language(_paragraphs(text), "a.txt") == ""


def test_a_paper_in_another_language_with_proposals_in_english_passes():
    assert check_language(_paragraphs(*[TEXTS["de"]] * 5, TEXTS["en"]), "a.txt") == "en"


def test_an_english_title_does_not_make_a_paper_english(tmp_path):
    with pytest.raises(DocumentError, match="German"):
        check_language(_paragraphs("The state of the prisons", *[TEXTS["de"]] * 5), "a.txt")


def test_english_loads_no_model(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(TEXTS["en"], encoding="utf-8")
    code = (
        "import sys; from pathlib import Path; from pipeline.ingest import read_document; "
        "read_document(Path(sys.argv[1]), 'x'); sys.exit('py3langid' in sys.modules or 'numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(path)], check=False).returncode == 0
