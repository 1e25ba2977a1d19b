from __future__ import annotations

from pathlib import Path

import pytest

from nlu.contract import LANGUAGES
from nlu.embedded import HERE
from nlu.language import LanguageDetector, load_languages, main_script, read_profiles, script_of


@pytest.fixture(scope="module")
def detector() -> LanguageDetector:
    return load_languages(HERE)


OURS = [
    ("Waar moet ik me inschrijven als ik verhuisd ben?", "nl", "Latn"),
    ("mijn zoon heeft koorts", "nl", "Latn"),
    ("Where do I have to go with this letter?", "en", "Latn"),
    ("my son has fever", "en", "Latn"),
    ("ወደይ ረስኒ ኣለዎ እንታይ ክገብር", "ti", "Ethi"),
    ("ሓገዝ የድልየኒ", "ti", "Ethi"),
    ("wedey resni alewo entay kgebr", "ti", "Latn"),
    ("hagez yedlyeni alo", "ti", "Latn"),
    ("ابني سخن شو لازم اعمل", "ar", "Arab"),
    ("عايز أعرف أروح فين", "ar", "Arab"),
    ("ibni 3ando 7arara shu lazem a3mel", "ar", "Latn"),
    ("ana 3ayez a3raf aroo7 fein", "ar", "Latn"),
]

BORROWED = [
    ("DigiD ከመይ", "ti", "Ethi"),
    ("ናይ gemeente uitkering huisarts ደብዳበ", "ti", "Ethi"),
    ("kif uitkering", "ar", "Latn"),
    ("وين huisartsenpost", "ar", "Arab"),
    ("how do I get huurtoeslag and zorgtoeslag", "en", "Latn"),
    ("nay inburgering examen meas eyu", "ti", "Latn"),
]

NOT_OURS = [
    ("እባክዎ ደብዳቤውን ማንበብ አልቻልኩም", "am", "Ethi"),
    ("ልጄ ትምህርት ቤት እንዴት ይገባል", "am", "Ethi"),
    ("نمی‌دانم این نامه از کجا آمده است", "fa", "Arab"),
    ("من باید چه کار کنم که خانه بگیرم", "fa", "Arab"),
    ("نازانم ئەم نامەیە لە کوێوە هاتووە", "ckb", "Arab"),
    ("مجھے یہ خط سمجھ نہیں آیا", "ur", "Arab"),
    ("زه نه پوهېږم چې دا لیک څه دی", "ps", "Arab"),
    ("je ne sais pas où je dois aller avec cette lettre", "fr", "Latn"),
    ("ich weiß nicht wohin mit diesem Brief", "de", "Latn"),
    ("bu mektubu kime götürmem gerekiyor bilmiyorum", "tr", "Latn"),
    ("ma garanayo halka aan warqaddan geeyo", "so", "Latn"),
    ("ez nizanim ev name ji ku hat", "ku", "Latn"),
    ("no sé adónde tengo que ir con esta carta", "es", "Latn"),
    ("non so dove devo andare con questa lettera", "it", "Latn"),
    ("nie wiem dokąd mam iść z tym listem", "pl", "Latn"),
    ("sijui niende wapi na barua hii", "sw", "Latn"),
]


@pytest.mark.parametrize(("text", "language", "script"), OURS + BORROWED + NOT_OURS)
def test_the_language_is_detected(detector: LanguageDetector, text: str, language: str, script: str) -> None:
    found = detector.detect(text)
    assert (found.language, found.script) == (language, script)
    assert 0 < found.confidence <= 1


@pytest.mark.parametrize(
    "text", ["", "   ", "123", "18:30", "😀👍", "???", "ok", "OK!", "uitkering", "DigiD", "한국어"]
)
def test_with_nothing_to_go_on_the_prior_is_kept(detector: LanguageDetector, text: str) -> None:
    for prior in LANGUAGES:
        found = detector.detect(text, prior)
        assert (found.language, found.confidence) == (prior, 0.0)
    assert detector.detect(text).language == "nl"


def test_an_official_word_alone_is_told_by_its_alphabet(detector: LanguageDetector) -> None:
    assert detector.detect("خيمينتي").language == "ar"
    assert detector.detect("ኢንቡርገሪንግ").language == "ti"
    assert detector.detect("خيمينتي", "nl").language == "nl"


@pytest.mark.parametrize("prior", LANGUAGES)
@pytest.mark.parametrize(("text", "language"), [(text, language) for text, language, _ in OURS + BORROWED])
def test_a_clear_sentence_is_stronger_than_the_prior(
    detector: LanguageDetector, prior: str, text: str, language: str
) -> None:
    assert detector.detect(text, prior).language == language


def test_the_prior_decides_between_neighbours(detector: LanguageDetector) -> None:
    assert detector.detect("help", "nl").language == "nl"
    assert detector.detect("help", "en").language == "en"


def test_one_word_alone_proves_no_language_that_is_not_ours(detector: LanguageDetector) -> None:
    assert {detector.detect(word).language for word in ("merci", "danke", "cu", "سلام")} <= set(LANGUAGES)


@pytest.mark.parametrize(
    ("word", "script"),
    [
        ("ሰላም", "Ethi"),
        ("سلام", "Arab"),
        ("hoi", "Latn"),
        ("élan", "Latn"),
        ("12", "none"),
        ("привет", "none"),
    ],
)
def test_the_script_of_a_word(word: str, script: str) -> None:
    assert script_of(word) == script


def test_the_script_with_most_to_say_wins() -> None:
    assert main_script(["ኣነ", "adres", "ክቕይር"]) == "Ethi"
    assert main_script(["hello", "my", "friend", "ሰላም"]) == "Latn"
    assert main_script([]) == "none"


def test_every_profile_is_read_and_names_a_language_by_its_code() -> None:
    codes = {code for _, code in read_profiles(HERE)}
    assert set(LANGUAGES) | {"am", "fa", "fr", "de", "tr", "so", "ku"} <= codes
    assert all(2 <= len(code) <= 3 for code in codes)


@pytest.mark.parametrize("content", ["name: X", "name: X\nwords: a b\nextra: 1", "- a", ""])
def test_a_malformed_profile_is_refused_by_name(tmp_path: Path, content: str) -> None:
    (tmp_path / "data" / "languages").mkdir(parents=True)
    (tmp_path / "data" / "languages" / "xx.yml").write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"xx\.yml"):
        read_profiles(tmp_path)
