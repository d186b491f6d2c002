"""A real Synapse on a free loopback port: SQLite, no federation, nothing reached but loopback."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import IO

SERVER_NAME = "test.example"
START_SECONDS = 60.0
_RELAXED = {"per_second": 100_000, "burst_count": 100_000}


@dataclass(slots=True)
class Synapse:
    """A homeserver and the folder it lives in; ``restart`` keeps its data and its port."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        log: IO[bytes]
        with (self.folder / "output.log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - nothing of anybody else's
                [
                    *(sys.executable, "-m", "synapse.app.homeserver"),
                    *("--config-path", str(self.folder / "homeserver.yaml")),
                ],
                cwd=self.folder,
                env={**os.environ, "SYNAPSE_CACHE_FACTOR": "1", "PYTHONWARNINGS": "ignore"},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError((self.folder / "output.log").read_text(encoding="utf-8"))
            time.sleep(0.05)

    def stop(self) -> None:
        """Kill it: its data are thrown away, or meant to survive that."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=1) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except OSError:
            return False


def synapse_in(folder: Path, *, relaxed: bool = True) -> Synapse:
    """Write a homeserver's configuration; with ``relaxed`` nothing is limited."""
    port = _free_port()
    config: dict[str, object] = {
        "server_name": SERVER_NAME,
        "pid_file": str(folder / "pid"),
        "listeners": [
            {
                "port": port,
                "bind_addresses": ["127.0.0.1"],
                "type": "http",
                "tls": False,
                "resources": [{"names": ["client"]}],
            }
        ],
        "database": {"name": "sqlite3", "args": {"database": str(folder / "homeserver.db")}},
        "log_config": str(folder / "log.yaml"),
        "media_store_path": str(folder / "media"),
        "signing_key_path": str(folder / "signing.key"),
        "registration_shared_secret": "only for tests",
        "macaroon_secret_key": "only for tests",
        "form_secret": "only for tests",
        "report_stats": False,
        "trusted_key_servers": [],
        "enable_registration": True,
        "enable_registration_without_verification": True,
        "bcrypt_rounds": 4,
        "presence": {"enabled": False},
        "federation_domain_whitelist": [],
        # Of tokens that can be refreshed, which nobody asks for but a test of what comes after.
        "refreshable_access_token_lifetime": "5s",
    }
    if relaxed:
        config |= _relaxed_limits()
    (folder / "homeserver.yaml").write_text(json.dumps(config), encoding="utf-8")
    (folder / "log.yaml").write_text(json.dumps(_LOGGING), encoding="utf-8")
    (folder / "signing.key").write_text(
        "ed25519 a_test AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n", encoding="utf-8"
    )
    return Synapse(folder, port)


def _relaxed_limits() -> dict[str, object]:
    plain = ("rc_message", "rc_registration", "rc_admin_redaction", "rc_presence")
    return {
        **dict.fromkeys(plain, _RELAXED),
        "rc_login": dict.fromkeys(("address", "account", "failed_attempts"), _RELAXED),
        "rc_joins": dict.fromkeys(("local", "remote"), _RELAXED),
        "rc_invites": dict.fromkeys(("per_room", "per_user", "per_issuer"), _RELAXED),
        "rc_room_creation": _RELAXED,
        "rc_joins_per_room": _RELAXED,
        "rc_reports": _RELAXED,
        "rc_key_requests": _RELAXED,
    }


_LOGGING = {
    "version": 1,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"level": "WARNING", "handlers": ["console"]},
}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
