from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from house import SECRETS, House, free_port
from parties import Browser, Evil, Servers


class Town:
    """What a test has: both kinds of servers, and a daemon for whichever of them it wants to be honest."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.honest_callback = f"http://127.0.0.1:{self.port}/oauth/honest/default/callback"
        self.evil = Evil()
        self.house: House | None = None

    @cached_property
    def servers(self) -> Servers:
        return Servers(self.honest_callback, self.honest_callback.replace("/default/", "/another/"))

    def with_honest(self, which: str, secrets: dict[str, str] = SECRETS) -> House:
        self.house = House(self.folder, self.port, self.servers.at[which], self.evil.url, secrets)
        return self.house

    def with_evil_alone(self) -> House:
        self.house = House(self.folder, self.port, self.evil.url, self.evil.url)
        return self.house

    def connected(self, provider: str) -> tuple[dict[str, Any], Browser]:
        assert self.house
        browser = Browser()
        page = browser.sign_in(self.house.begin(provider))
        assert page.status_code == 200 and "Connected" in page.text, page.text
        [connection] = self.house.connections()
        return connection, browser

    def stop(self) -> None:
        if self.house:
            self.house.stop()
        if "servers" in self.__dict__:
            self.servers.stop()
        self.evil.stop()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    town = Town(tmp_path)
    yield town
    town.stop()
