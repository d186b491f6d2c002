"""What entries are called in the reader's language."""

from __future__ import annotations

from community_bot.core.i18n import SOURCE_LANGUAGE, Texts
from community_bot.domain.entities import (
    Case,
    Entry,
    Organisation,
    Person,
    Resolution,
    Source,
    Statement,
)
from community_bot.domain.values import Check


def name_of(texts: Texts, entry: Entry) -> str:
    """Return what an entry is called in the reader's language, else in the next best."""
    match entry:
        case Person() | Organisation() | Case():
            checked = {
                tag: name
                for tag, name in entry.names.items()
                if name.check is not Check.UNVERIFIED or tag == SOURCE_LANGUAGE
            }
            return checked[texts.pick_tag(checked)].text
        case Resolution() | Statement():
            return entry.title.text[texts.pick_tag(entry.title.text)]
        case Source():
            return entry.title
