"""What is told: lines for people, with the seconds since the beginning."""

import sys
import time


class Story:
    def __init__(self):
        self.began = time.monotonic()
        # Where lines cannot be overwritten, progress would bury the story.
        self.live = sys.stdout.isatty()
        self.open = False

    def say(self, text):
        self.clear()
        print(f"{time.monotonic() - self.began:5.1f} s  {text}", flush=True)

    def progress(self, text):
        if self.live:
            print(f"\r\033[K{time.monotonic() - self.began:5.1f} s  {text}", end="", flush=True)
            self.open = True

    def clear(self):
        if self.open:
            print("\r\033[K", end="")
            self.open = False


def until(what, seconds, reached, progress=None):
    """Waits for something, and says what did not come."""
    end = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > end:
            raise TimeoutError(f"{what} did not come within {seconds} s")
        if progress:
            progress()
        time.sleep(0.1)
