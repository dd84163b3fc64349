"""Numbers as people write them, against Python's own of the same digits."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.core import numbers
from playground.core.numbers import NumberError, UnclearError, readings
from tests.tables import LOCALES, MINUSES


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12), ("+12", 12), ("007", 7), ("1.5", 1.5), ("1,5", 1.5), (".5", 0.5), (",5", 0.5),
        ("5.", 5), ("0,005", 0.005), ("0.005", 0.005), ("-0.0", 0),
        ("1 234,5", 1234.5), ("1\u202f234\u202f567,8", 1234567.8), ("1\u00a0234.5", 1234.5),
        ("1\u2009234", 1234), ("12'345.6", 12345.6), ("12’345,6", 12345.6), ("1 000", 1000),
        ("1,234.5", 1234.5), ("1.234,5", 1234.5), ("1.234.567", 1234567), ("1,234,567", 1234567),
        ("1,23,456", 123456), ("12,34,567.25", 1234567.25), ("1,23,45,678", 12345678),
        ("1e-3", 0.001), ("1E+05", 100000), ("1,5e3", 1500), ("1.25E−2", 0.0125),
        ("1,234e5", 123400),
        ("2.5×10^-3", 0.0025), ("2.5 × 10⁻³", 0.0025), ("3·10**2", 300), ("6,02x10^23", 6.02e23),
        ("−3", -3), ("–3", -3), ("—3", -3), ("‐3", -3), ("- 3", -3), ("－３", -3),
        ("１２３", 123), ("１．５", 1.5), ("１，５", 1.5), ("١٢", 12),
        ("1/4", 0.25), ("-1/4", -0.25), ("3 / 8", 0.375), ("2 1/2", 2.5), ("1⁄2", 0.5),
        (" \u200b1.5\ufeff ", 1.5), ("1234.567", 1234.567), ("1234,567", 1234.567),
        ("1 234 567", 1234567),
    ],
)  # fmt: skip
def test_a_number_is_read_as_it_is_written(text, value):
    assert readings(text).values == {value}
    assert numbers.field(text) == value


@pytest.mark.parametrize(
    ("text", "point", "comma"),
    [
        ("39,343", 39343, 39.343), ("39.343", 39.343, 39343), ("-1,000", -1000, -1),
        ("1.000", 1, 1000), ("１，０００", 1000, 1), ("999,999", 999999, 999.999),
    ],
)  # fmt: skip
def test_a_text_that_may_be_two_numbers_is_both(text, point, comma):
    found = readings(text)
    assert found.unclear
    assert (found.with_point, found.with_comma) == (point, comma)
    assert (found.value("."), found.value(",")) == (point, comma)
    with pytest.raises(UnclearError, match=f"`{text}` may be {point:.15g} or {comma:.15g}") as told:
        found.value(None)
    assert (told.value.fields["with_point"], told.value.fields["with_comma"]) == (point, comma)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("5 %", "percent"), ("5%", "percent"), ("５％", "percent"), ("12,5 ‰", "percent"),
        ("$5", "currency"), ("5 €", "currency"), ("-£1,000.50", "currency"), ("¥500", "currency"),
        ("￥500", "currency"), ("₹1,23,456", "currency"), ("CHF 5.50", "currency"),
        ("5 kr", "currency"), ("Rs. 1,000", "currency"), ("100元", "currency"),
        ("R$ 5", "currency"),
        ("1_000", "underscore"), ("0xff", "not decimal"), ("0b11", "not decimal"),
        ("nan", "no number"),
        ("NaN", "no number"), ("inf", "infinite"), ("-Infinity", "infinite"), ("∞", "infinite"),
        ("1e999", "too large"), ("9" * 50 + "e300", "too large"),
        ("2020-01-02", "date"), ("1.2.2020", "date"), ("01/02/2020", "date"), ("01/04", "date"),
        ("10:30", "time"), ("5 kg", "letters"), ("12m", "letters"), ("20 °C", "letters"),
        ("four", "is no number"), ("1½", "is no number"), ("2²", "is no number"), ("", "no number"),
        ("5,", "is no number"), ("1,2,3", "is no number"), ("1 2", "is no number"),
        ("1.2.3.4", "is no number"), ("--5", "is no number"), ("5-", "is no number"),
        ("(5)", "is no number"), ("1,234.56.7", "is no number"), ("1.234,567,890", "is no number"),
        ("0,123,456", "is no number"), ("1/0", "is no number"), ("1,0000,000", "is no number"),
        ("e5", "is no number"), ("1e", "letters"), ("1e1.5", "is no number"),
        ("__import__('os')", "is no number"), ("1" * 100, "is no number"),
    ],
)  # fmt: skip
def test_what_is_no_number_is_refused_by_name(text, named):
    with pytest.raises(NumberError, match=named) as caught:
        numbers.field(text)
    assert str(caught.value)[-1] == "."
    assert caught.value.fields.get("written", "") == numbers.shown(text)


def test_a_hostile_text_is_shown_short_and_plain():
    with pytest.raises(NumberError) as caught:
        readings("`![x](http://e.com)\x00\x1b[31m" + "y" * 10_000)
    shown = str(caught.value.fields["written"])
    assert len(shown) == 40
    assert "`" not in shown
    assert shown.isprintable()


@pytest.mark.parametrize(
    ("text", "rule", "value"),
    [
        ("1,000", {"low": 0, "high": 10}, 1),
        ("1,000", {"low": 100}, 1000),
        ("1.500", {"whole": True}, 1500),
        ("12,500", {"whole": True, "high": 30_000}, 12500),
        ("2e3", {"whole": True, "low": 1, "high": 30_000}, 2000),
        ("1 000", {"whole": True}, 1000),
        ("1.234", {}, 1.234),  # as a field shows it
        ("-39.343", {}, -39.343),
        ("0,005", {"low": 1e-10, "high": 10}, 0.005),
    ],
)
def test_a_fields_rule_tells_which_number_is_meant(text, rule, value):
    assert numbers.field(text, **rule) == value


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("1,000", {}), ("1.500", {}), ("1,000", {"whole": True}), ("1.000", {"whole": True}),
        ("39,343", {"low": 0, "high": 1e6}),
    ],
)  # fmt: skip
def test_a_field_asks_where_both_keep_the_rule(text, rule):
    with pytest.raises(UnclearError, match="may be"):
        numbers.field(text, **rule)


@pytest.mark.parametrize(
    ("text", "rule", "said"),
    [
        ("2,5", {"whole": True, "low": 1, "high": 9}, "a whole number from 1 to 9"),
        ("11", {"low": 0, "high": 10}, "a number from 0 to 10"),
        ("1,000", {"high": 0.5}, "a number from -inf to 0.5"),
    ],
)
def test_a_number_outside_the_rule_is_refused_with_the_rule(text, rule, said):
    with pytest.raises(NumberError, match=f"`{text}` must be {said}"):
        numbers.field(text, **rule)


@given(
    st.floats(-1e15, 1e15),
    st.sampled_from(sorted(LOCALES)),
    st.sampled_from([None, 0, 1, 2, 3, 4, 6]),
)
def test_a_number_written_in_a_locale_is_read_or_asked(number, name, decimals):
    locale = LOCALES[name]
    text = locale.write(number, decimals)
    meant = float(f"{number:.{decimals}f}" if decimals is not None else f"{number:.15g}")
    found = readings(text)
    assert found.value(locale.decimal) == meant
    if not found.unclear:
        assert found.values == {meant}


@given(st.integers(-10_000, 10_000), st.integers(1, 10_000), st.sampled_from(MINUSES))
def test_a_fraction_is_its_quotient(over, under, minus):
    text = f"{over}/{under}".replace("-", minus)
    assert readings(text).values == {float(Fraction(over, under))}


@given(st.text(max_size=80))
def test_any_text_is_a_finite_number_or_a_sentence(text):
    values, said, filled = set(), "", ""
    try:
        values = readings(text).values
    except NumberError as error:
        said, filled = str(error), error.text.format(**error.fields)
    assert said == filled
    assert bool(said) != bool(values)
    assert all(map(math.isfinite, values))
    assert not values or any(c.isdecimal() for c in text)


@given(st.floats(-1e12, 1e12), st.sampled_from(MINUSES))
def test_what_a_field_shows_reads_the_same(value, minus):
    text = f"{value:.15g}"
    assert numbers.field(text.replace("-", minus)) == float(text)
