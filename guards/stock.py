# SPDX-License-Identifier: Apache-2.0
"""The figures that an answer was given, and what follows from them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from guards.conduct import Ground
from guards.figures import Day, Figure, Kind, figures, spelled

_NOTE = "stock"
_MOST = 60
"""Of more numbers than this no pairs are made: nearly anything would follow from them."""
_PARTS = (("month", "year", 12), ("hour", "day", 24), ("day", "week", 7))


@dataclass(slots=True)
class Stock:
    """What is known by kind; figures that it holds are added, so that later ones may follow from them."""

    numbers: set[float] = field(default_factory=set)
    """Every number, of whatever kind."""
    amounts: set[float] = field(default_factory=set)
    """Prices, and numbers that may be prices."""
    counts: set[float] = field(default_factory=set)
    """Numbers of things, of days, of people."""
    references: set[str] = field(default_factory=set)
    days: set[Day] = field(default_factory=set)
    spans: set[tuple[float, str]] = field(default_factory=set)
    """Durations with their unit."""

    def take(self, figure: Figure) -> None:
        """Notes a figure as known."""
        if figure.kind is Kind.DATE:
            self.days.update(figure.days)
            self.numbers.update(float(part) for day in figure.days for part in day)
        elif figure.kind is Kind.REFERENCE:
            self.references.add(figure.text)
            if figure.text.isdigit():
                self.numbers.add(float(figure.text))
        else:
            self.numbers.add(figure.value)
            if figure.kind is Kind.PRICE or not figure.unit:
                self.amounts.add(figure.value)
            if figure.kind is not Kind.PRICE:
                self.counts.add(figure.value)
            if figure.unit:
                self.spans.add((figure.value, figure.unit))

    def holds(self, figure: Figure, reckons: bool = True) -> bool:
        """Whether a figure was given or, where somebody `reckons`, follows from two; then it counts as given itself."""
        known = {
            Kind.DATE: self._date,
            Kind.REFERENCE: self._reference,
            Kind.PRICE: self._price if reckons else self._amount,
            Kind.PERCENT: self._percent if reckons else self._given,
            Kind.DURATION: self._duration,
            Kind.NUMBER: self._number if reckons else self._plain,
        }[figure.kind](figure)
        if known:
            self.take(figure)
        return known

    def _reference(self, figure: Figure) -> bool:
        if figure.text in self.references:
            return True
        return figure.text.isdigit() and (float(figure.text) in self.numbers or self._follows(float(figure.text)))

    def _amount(self, figure: Figure) -> bool:
        return figure.value in self.amounts

    def _price(self, figure: Figure) -> bool:
        if self._amount(figure):
            return True
        if len(self.numbers) > _MOST:
            return False
        known = {0.0, *self.amounts}
        sums = {value for one in known for other in known for value in (one + other, one - other)}
        products = {one * other for one in self.amounts for other in {*self.counts, 12.0}}
        return _near(figure.value, sums | products)

    def _given(self, figure: Figure) -> bool:
        return figure.value in self.numbers

    def _percent(self, figure: Figure) -> bool:
        if self._given(figure):
            return True
        known = [value for value in self.amounts if value > 0]
        if not known or len(self.numbers) > _MOST:
            return False
        shares = {part for one in known for other in known for part in (100 * one / other, 100 * (one - other) / other)}
        return any(abs(figure.value - share) <= 0.5 for share in shares)

    def _date(self, figure: Figure) -> bool:
        return any(self._day(day) or self._after(day) for day in figure.days)

    def _day(self, day: Day) -> bool:
        year, month, number = day
        return any(known[1:] == (month, number) and (not year or known[0] in {0, year}) for known in self.days)

    def _after(self, day: Day) -> bool:
        """Whether a day is some given days or weeks after or before a given one, give or take one day."""
        lengths = {value * (7 if unit == "week" else 1) for value, unit in self.spans if unit in {"day", "week"}}
        starts = [start for known in self.days if (start := _calendar(known))]
        apart = {timedelta(days=length + slack) for length in lengths for slack in (-1, 0, 1) if length < 4_000}
        reached = {start + sign * gap for start in starts for gap in apart for sign in (1, -1)}
        return any((one.month, one.day) == day[1:] and day[0] in {0, one.year} for one in reached)

    def _duration(self, figure: Figure) -> bool:
        if (figure.value, figure.unit) in self.spans or figure.value in self.counts:
            return True
        said = {figure.unit: figure.value}
        for small, large, many in _PARTS:
            for value, unit in self.spans:
                if unit == small and figure.unit == large and value == said[large] * many:
                    return True
                if unit == large and figure.unit == small and value * many == said[small]:
                    return True
        return False

    def _plain(self, figure: Figure) -> bool:
        if figure.unit == "time":
            return bool({figure.value, (figure.value + 12) % 24} & self.numbers)
        return figure.value in self.numbers

    def _number(self, figure: Figure) -> bool:
        return self._plain(figure) or (figure.unit != "time" and self._follows(figure.value))

    def _follows(self, value: float) -> bool:
        if len(self.numbers) > _MOST:
            return False
        known = self.amounts | self.counts
        return _near(value, {made for a in known for b in known if a != b for made in (a + b, a - b, a * b)})


def stock_of(ground: Ground) -> Stock:
    """The figures that an answer was given, worked out once an answer."""
    stock = ground.notes.get(_NOTE)
    if not isinstance(stock, Stock):
        stock = ground.notes[_NOTE] = _stocked((ground.given, *ground.own, *ground.asked, *ground.sources.values()))
    return stock


def _stocked(texts: Iterable[str]) -> Stock:
    stock = Stock()
    for text in texts:
        for figure in figures(text):
            stock.take(figure)
        spoken = {float(number) for number in spelled(text)}
        stock.numbers |= spoken
        stock.counts |= spoken
    return stock


def _near(value: float, others: Iterable[float]) -> bool:
    return any(abs(value - other) < 0.006 for other in others)


def _calendar(day: Day) -> date | None:
    try:
        return date(*day)
    except ValueError:
        return None
