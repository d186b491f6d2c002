"""The handlers, a file per subject; each reads top to bottom like a script.

``COMMANDS`` is the whole list: nothing registers itself.
"""

from __future__ import annotations

from community_bot.commands.anniversaries import anniversaries
from community_bot.commands.chronology import timeline
from community_bot.commands.digests import digest
from community_bot.commands.finding import find, source
from community_bot.commands.general import about, help_, ping, privacy, reload
from community_bot.commands.naming import explain
from community_bot.commands.organisations import case, organisation
from community_bot.commands.people import people, person
from community_bot.commands.resolutions import resolution, resolutions
from community_bot.commands.statements import statement, statements, summary
from community_bot.commands.verifying import verify_command

COMMANDS = (
    person,
    people,
    organisation,
    case,
    resolution,
    resolutions,
    statement,
    statements,
    summary,
    find,
    source,
    verify_command(None),
    explain,
    timeline,
    digest,
    anniversaries,
    help_,
    about,
    privacy,
    ping,
    reload,
)
