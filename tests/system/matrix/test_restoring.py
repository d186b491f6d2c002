"""Backups of a bot that reads encrypted rooms: of use, and harmless, however old they are."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

from processes import call
from system.matrix.bot import Talk, talk
from system.matrix.homeserver import Synapse
from system.matrix.person import Person, somebody
from system.matrix.secret_person import ENCRYPTED, SecretPerson, secretly

from community_bot.adapters.matrix.cross_signing import Trust

FULL = 50
"""How many one-time keys a device has on its server."""


async def backed_up(state: Path, into: Path) -> Path:
    """Make a backup beside whatever runs, and unpack it as it says; return its Matrix folder."""
    sqlite3.connect(state / "community-bot.db").close()
    archive = into.with_suffix(".zip")
    done = await asyncio.to_thread(call, "backup", str(archive), f"--state-dir={state}")
    assert done.returncode == 0, done.stderr
    into.mkdir(mode=0o700)
    command = [sys.executable, "-m", "zipfile", "-e", str(archive), "."]
    await asyncio.to_thread(subprocess.run, command, cwd=into, check=True)
    return into / "matrix"


async def use_keys(here: Talk, eve: Person) -> None:
    """Take half of the one-time keys of the bot, and wait until it has made others.

    ``eve`` asks without any encryption, and takes no keys that are meant for others.
    """
    await ids_of_keys(here, 25)
    await eve.join(here.room)
    await eve.answer_to(here.room, await eve.say(here.room, "!ping"))
    await eve.answer_to(here.room, await eve.say(here.room, "!ping"))


async def ids_of_keys(here: Talk, number: int) -> set[str]:
    wanted = {here.account.user: {here.account.device: "signed_curve25519"}}
    found: set[str] = set()
    for _ in range(number):
        answer = await here.ann.call("POST", "/v3/keys/claim", {"one_time_keys": wanted})
        for devices in answer["one_time_keys"].values():
            for keys in devices.values():
                found |= {str(key["key"]) for key in keys.values()}
    return found


async def answered(person: SecretPerson, here: Talk, words: str) -> None:
    """See that what somebody asks is read, and answered so that they can read it."""
    answer = await person.answer_to(here.room, await person.say(here.room, words))
    assert words.removeprefix("!ping ") in answer["content"]["body"]


async def test_what_was_backed_up_while_it_ran_reads_new_messages_as_the_same_device(
    synapse: Synapse, tmp_path: Path
) -> None:
    state = tmp_path / "state"
    state.mkdir()
    async with (
        talk(synapse, state / "matrix", **ENCRYPTED) as here,
        secretly(here.ann, tmp_path / "ann") as ann,
    ):
        async with here.bot():
            await ann.until(lambda: ann.knows(here.account.user))
            await answered(ann, here, "!ping before")
            here.folder = await backed_up(state, tmp_path / "restored")
            await answered(ann, here, "!ping after")
        async with here.bot() as loop:
            await answered(ann, here, "!ping restored")
            assert loop.health.trust is Trust.SIGNED
            assert loop.client.identity.device == here.account.device
        async with here.bot():
            await answered(ann, here, "!ping again")
        assert ann.unread == [], "no key was used twice"
    with zipfile.ZipFile(tmp_path / "restored.zip") as archive:
        names = {name for name in archive.namelist() if name.startswith("matrix/")}
    assert {f"matrix/{name}" for name in ("cross-signing.json", "keys.db", "place.json")} <= names
    assert not any(name.endswith(("-wal", "-shm")) for name in names)
    assert stat.S_IMODE((tmp_path / "restored.zip").stat().st_mode) == 0o600
    assert stat.S_IMODE(here.folder.stat().st_mode) == 0o700
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in here.folder.glob("*.json"))


async def test_a_backup_that_others_went_on_from_is_begun_with_new_keys(
    synapse: Synapse, tmp_path: Path
) -> None:
    state = tmp_path / "state"
    state.mkdir()
    async with (
        talk(synapse, state / "matrix", alone=True, preset="public_chat", **ENCRYPTED) as here,
        secretly(here.ann, tmp_path / "ann") as ann,
        secretly(here.bob, tmp_path / "bob") as bob,
        somebody(synapse.url, "eve") as eve,
    ):
        async with here.bot():
            await ann.until(lambda: ann.knows(here.account.user))
            await answered(ann, here, "!ping before")
            restored = await backed_up(state, tmp_path / "restored")
            await here.bob.join(here.room)
            await bob.until(lambda: bob.knows(here.account.user) and bob.knows(here.ann.user))
            await answered(bob, here, "!ping from somebody new")
            bob.unread.clear()  # what was said before he came
            await answered(ann, here, "!ping meanwhile")
            await use_keys(here, eve)
        here.folder, here.surroundings.key_patience = restored, 0.0
        async with here.bot():
            # What they have was brought to what is no more, so it is said that it is missing.
            await bob.say(here.room, "!ping under a key that the copy has not")
            await bob.until(lambda: any("could not read" in str(one) for one in bob.heard))
            for person in (ann, bob):
                person.client.invalidate_outbound_session(here.room)
                await answered(person, here, "!ping under a new key")
            await use_keys(here, eve)
        async with here.bot():
            for person in (ann, bob):
                await answered(person, here, "!ping once more")
        assert not any(event.sender == here.account.user for event in (*ann.unread, *bob.unread))


async def test_a_folder_that_was_copied_by_hand_makes_new_keys_once_names_are_taken(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with (
        talk(synapse, tmp_path / "bot", **ENCRYPTED) as here,
        secretly(here.ann, tmp_path / "ann") as ann,
        somebody(synapse.url, "eve") as eve,
    ):
        async with here.bot():
            await ann.until(lambda: ann.knows(here.account.user))
            await answered(ann, here, "!ping before")
        copied = Path(shutil.copytree(tmp_path / "bot", tmp_path / "copied"))
        async with here.bot():
            await use_keys(here, eve)
        here.folder = copied
        async with here.bot():
            await use_keys(here, eve)
            await ann.sync()
            ann.client.invalidate_outbound_session(here.room)
            await answered(ann, here, "!ping restored")
            assert len(await ids_of_keys(here, 60)) == FULL


async def test_after_a_restart_a_new_session_of_a_device_is_still_read(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with (
        talk(synapse, tmp_path / "bot", **ENCRYPTED) as here,
        secretly(here.ann, tmp_path / "ann") as ann,
    ):
        async with here.bot():
            await ann.until(lambda: ann.knows(here.account.user))
            await answered(ann, here, "!ping before")
        async with here.bot():
            question, key = await ann.say_without_key(here.room, "!ping in a new session")
            await ann.give_key(here.account.user, key)
            answer = await ann.answer_to(here.room, question)
            assert "in a new session" in answer["content"]["body"]
