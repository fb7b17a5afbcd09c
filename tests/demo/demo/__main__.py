"""Tells the story on the terminal. The last line is one JSON object; the status is 0 only if everything in it holds.

    python -m demo [--kill SEED] [--sabotage lose|double|late] [--people N]
"""

import argparse
import json
import pathlib
import signal
import sys
import tempfile

from .play import Play
from .story import Story
from .verdict import verdict


def arguments():
    parser = argparse.ArgumentParser(prog="./dev demo", description="Adapters are swapped while data flows, and nothing is lost.")
    parser.add_argument("--kill", type=int, metavar="SEED", help="kill the daemon on the way, at moments that SEED determines")
    parser.add_argument("--sabotage", choices=("lose", "double", "late"), help="break it on purpose: the demo must fail")
    parser.add_argument("--people", type=int, default=50, help="how many people ride (default 50)")
    return parser.parse_args()


def ended(number, _):
    """A signal ends the demo as an exception does: by way of every `finally`, so that no process stays behind."""
    raise SystemExit(128 + number)


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, ended)
    signal.signal(signal.SIGHUP, ended)
    story = Story()
    with tempfile.TemporaryDirectory(prefix="gearshift-demo-") as folder:
        try:
            with Play(options, pathlib.Path(folder), story) as play:
                play.run()
                result, wrong = verdict(play)
        except Exception as error:  # the story ends here, whatever it was; the logs are about to be deleted
            story.say(f"WRONG: {type(error).__name__}: {error}")
            log = pathlib.Path(folder) / "daemon.log"
            if log.exists():
                print("\n".join(log.read_text(errors="replace").splitlines()[-20:]), file=sys.stderr)
            raise
    if options.sabotage:
        # Told, and not counted: it is for the check to find.
        story.say(f"SABOTAGE: {play.receiver.spoilt or 'there was nothing to spoil'}.")
    for line in wrong[:20]:
        story.say(f"WRONG: {line}")
    if len(wrong) > 20:
        story.say(f"... and {len(wrong) - 20} more.")
    story.say("It does not hold: see above." if wrong else "Nothing was lost, nothing came twice.")
    print(json.dumps(result, separators=(",", ":")), flush=True)
    sys.exit(1 if wrong else 0)


main()
