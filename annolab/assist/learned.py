"""A dictionary that is learned from what the user tags."""

from __future__ import annotations

from annolab.assist.found import Found, folded
from annolab.assist.terms import LONGEST, Term, Terms

LEAST = 0.3  # a suggestion below this is wrong more often than right


class Learned:
    """What was tagged, how often, with which label, and what was refused.

    A term is worth `tagged / (tagged with any label + refused + 1)`: once tagged
    0.5, three times 0.75; every refusal and every other label takes from it.
    """

    def __init__(self) -> None:
        self._tagged: dict[str, dict[str, int]] = {}
        self._refused: dict[tuple[str, str], int] = {}
        self._terms: Terms | None = None

    def __len__(self) -> int:
        return len(self._tagged)

    def add(self, surface: str, label: str, count: int = 1) -> None:
        """The user tagged these words with this label; a negative count takes back."""
        key = _key(surface)
        if not key or len(key) > LONGEST:
            return
        labels = self._tagged.setdefault(key, {})
        labels[label] = labels.get(label, 0) + count
        if labels[label] <= 0:
            del labels[label]
        if not labels:
            del self._tagged[key]
        self._terms = None

    def refuse(self, surface: str, label: str, count: int = 1) -> None:
        """The user said no to this label on these words."""
        key = (_key(surface), label)
        self._refused[key] = max(0, self._refused.get(key, 0) + count)
        self._terms = None

    def best(self, surface: str) -> tuple[str, float] | None:
        """The label these words have had most, and what it is worth."""
        key = _key(surface)
        labels = self._tagged.get(key)
        if not labels:
            return None
        label = max(labels, key=lambda name: (labels[name], name))
        refused = self._refused.get((key, label), 0)
        return label, labels[label] / (sum(labels.values()) + refused + 1)

    def find(self, text: str, least: float = LEAST) -> list[Found]:
        """What is in a text and worth at least `least`, by place."""
        if self._terms is None:
            worth = ((key, self.best(key)) for key in self._tagged)
            terms = [Term(key, best[0]) for key, best in worth if best]
            self._terms = Terms(terms, source="dictionary")
        found = self._terms.find(text, self._worth)
        return [one for one in found if one.score >= least]

    def _worth(self, surface: str) -> float:
        best = self.best(surface)
        return 0.0 if best is None else best[1]


def _key(surface: str) -> str:
    """As it may be found again: one line, as it is written, in small letters."""
    return "" if "\n" in surface or "\r" in surface else folded(surface.strip())
