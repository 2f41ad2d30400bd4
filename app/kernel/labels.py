"""Every word a user sees exists twice: Chinese first, English complete."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True)
class Label:
    """A word or sentence in both languages; ``{name}`` places are filled by :meth:`format`."""

    zh: str
    en: str

    def in_(self, language: Language) -> str:
        """The text in one language."""
        return self.zh if language == "zh" else self.en

    def format(self, **data: object) -> "Label":
        """Fill the places in both languages; what is a label itself, with its word in that language."""
        return Label(self.zh.format(**_in("zh", data)), self.en.format(**_in("en", data)))

    def __str__(self) -> str:
        return f"{self.zh} / {self.en}"


def _in(language: Language, data: Mapping[str, object]) -> dict[str, object]:
    return {key: value.in_(language) if isinstance(value, Label) else value for key, value in data.items()}


def language_of(text: str | None) -> Language:
    """The supported language nearest to a tag such as ``en-GB``; Chinese when in doubt."""
    return "en" if text is not None and text.lower().startswith("en") else "zh"
