import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.adapters.embedded.mail.model import Kind
from agent.suggestions.reader import KnownLine
from tests.builders_mail_survey import a_survey, named, values, words

ALONE: tuple[KnownLine, ...] = ()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("40 pcs", "40"),
        ("2000pcs", "2000"),
        ("9.5k pieces", "9500"),
        ("1 250 rouleaux", "1250"),
        ("1.200 Stück", "1200"),
        ("4,800 pcs", "4800"),
        ("150 dz", "1800"),
        ("ein Dutzend Kisten", "12"),
        ("three thousand five hundred nibs", "3500"),
        ("zweihundertfünfzig Stück", "250"),
        ("twelve drums", "12"),
        ("18.20 kg", "18.2"),
    ],
)
def test_a_count_is_read_as_people_write_it(written: str, meant: str):
    assert values(a_survey(f"We send {written} today"), Kind.NUMBER) == [meant]


def test_three_digits_behind_a_mark_are_thousands_of_pieces_and_decimals_of_kilograms():
    assert values(a_survey("10,350 pcs and 10,350 kg", country="DE"), Kind.NUMBER) == ["10350", "10.35"]


@pytest.mark.parametrize(
    "text",
    [
        "Tel. +49 40 555 01-22",
        "IBAN DE02 1203 0000 0000 2020 51",
        "USt-ID DE 123 456 789",
        "open 8-17 Uhr, truck at 14:30",
        "flat bar 40x5 mm, 400 x 300 x 200 mm",
        "article AX80-4P and DIN933-8x30",
        "D-47119 Duisburg",
        "write to no7@mill.example or www.mill4.example",
    ],
)
def test_digits_that_count_nothing_are_no_numbers(text: str):
    assert values(a_survey(text, known=ALONE), Kind.NUMBER) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("sent with UPS 1Z 999 AA1 01 2345 6784 today", "1Z 999 AA1 01 2345 6784"),
        ("container TRLU 448120-3", "TRLU 448120-3"),
        ("AWB 081-4417 2296.", "081-4417 2296"),
        ("tracking no. FW-339021-B", "FW-339021-B"),
        ("Sendung 4021 7788 0935", "4021 7788 0935"),
    ],
)
def test_a_parcels_number_is_one_code(text: str, code: str):
    found = a_survey(text, known=ALONE)

    assert words(found, Kind.CODE) == [code]
    assert found.mentions[0].readings[0] == code.replace(" ", "")


def test_a_column_of_prices_gives_currency_and_basis():
    found = a_survey(
        "Artikel     Menge     Preis/100 EUR\nR12-S235    1.200     6,10\nF40x5       600       2,95", country="DE"
    )

    assert [(one.readings, one.unit, one.per) for one in found.mentions if one.kind is Kind.MONEY] == [
        (("0.061",), "EUR", 100),
        (("0.0295",), "EUR", 100),
    ]


def test_a_number_in_a_column_of_weeks_is_a_date():
    assert values(a_survey("Artikel\tAantal\tLeverweek\nHV125\t60 st\t51-2026"), Kind.DATE) == ["2026-12-18"]


def test_a_size_in_a_products_name_is_no_date():
    valve = KnownLine(po="P07014", line=1, product_code="V-12", product_name="Valvola 1/2")

    assert values(a_survey("Valvola 1/2     5,40 EUR", known=(valve,)), Kind.DATE) == []


def test_packs_of_so_many_are_counted_in_pieces_where_the_order_is():
    socks = KnownLine(po="P1", line=1, product_code="SCK", product_name="Socks", unit="Units")

    assert a_survey("45 cartons of 12", known=(socks,)).mentions[0].readings == ("540",)
    assert a_survey("45 cartons of 12", known=ALONE).mentions[0].readings == ("45",)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("PO 412", [("po", "P00412", None)]),
        ("your order p00412, line 2", [("po", "P00412", None), ("line", "P00412", 2)]),
        ("P00412/2 is late", [("line", "P00412", 2)]),
        ("pos. 10 and STL F40", [("line", "P00412", 1), ("product", "P00412", 2)]),
        ("lines 1 and 2", [("line", "P00412", 1), ("line", "P00412", 2)]),
        ("the flat bars come later", [("product", "P00412", 2)]),
        ("die 12 mm morgen", [("product", "P00412", 1)]),
        ("the rest follows", [("group", "P00412", None)]),
        ("our order confirmation 88123", [("other", None, None)]),
        ("your order P99999", [("po", "P99999", None)]),
        ("the second line", [("line", "P00412", 2)]),
    ],
)
def test_what_words_name_is_found(text: str, meant: list[tuple[str, str | None, int | None]]):
    assert named(a_survey(text)) == meant


def test_without_known_lines_order_and_line_are_as_stated():
    found = a_survey("For PO 4500012345: line 3 ships tomorrow.", known=ALONE)

    assert named(found) == [("po", "4500012345", None), ("line", "4500012345", 3)]


def test_goods_are_known_by_their_names_in_other_languages():
    chairs = KnownLine(po="P1", line=1, product_code="CHR", product_name="Oak chair")
    tables = KnownLine(po="P1", line=2, product_code="TBL", product_name="Oak table")

    assert named(a_survey("die Stühle kommen, les tables aussi", known=(chairs, tables))) == [
        ("product", "P1", 1),
        ("product", "P1", 2),
    ]


SNIPPETS = st.sampled_from(
    [
        "P00412",
        " 12 Jan",
        "1.200",
        "\t",
        "|",
        ";",
        "\n",
        "> ",
        "€",
        "line 2",
        ":",
        "KW 3",
        "<",
        "the 8th",
        "x",
        ",",
        "á",
        "\u00a0",
        "20270114",
    ]
)


@given(st.lists(st.one_of(SNIPPETS, st.text(max_size=8)), max_size=40).map("".join))
@settings(max_examples=80, deadline=None)
def test_offsets_hold_whatever_the_text(text: str):
    found = a_survey(text, subject="Re: P00412")

    for mention in found.mentions:
        segment = found.segments[mention.segment]
        assert segment.start <= mention.start < mention.end <= len(found.texts[segment.source])
        assert mention.readings
    for segment in found.segments:
        assert found.texts[segment.source][segment.start : segment.end].strip()
        assert all(segment.start <= cell.start < cell.end for cell in segment.cells)
    assert all(found.texts[found.segments[one.segment].source][one.start : one.end] for one in found.references)


@pytest.mark.parametrize("piece", ["1", ",", "<", "1,", "a|", "PO 4711 ", "Monday ", "\n> x", "-1", "regards\n"])
def test_a_monotonous_text_is_surveyed_like_any_other(piece: str):
    text = piece * (6_000 // len(piece))

    assert all(one.end <= len(text) for one in a_survey(text).segments)


def test_an_endless_text_is_surveyed_to_a_limit():
    found = a_survey("word " * 22_000 + "12 January")

    assert max(one.end for one in found.segments) <= 100_000
    assert found.mentions == ()
