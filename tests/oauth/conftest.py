from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from house import Evil, House, Servers, free_port


class Town:
    """What a test has: both kinds of servers, and a daemon for whichever of them it wants to be honest."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.servers = Servers(f"http://127.0.0.1:{self.port}/oauth/honest/default/callback")
        self.evil = Evil()
        self.house: House | None = None

    def with_honest(self, which: str) -> House:
        self.house = House(self.folder, self.port, self.servers.at[which], self.evil.url)
        return self.house

    def stop(self) -> None:
        if self.house:
            self.house.stop()
        self.servers.stop()
        self.evil.stop()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    town = Town(tmp_path)
    yield town
    town.stop()
