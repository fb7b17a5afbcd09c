"""Breaks the demo in each of its ways, with few people: the check has to find just what was broken.

    python -m demo.sabotaged
"""

import json
import subprocess
import sys

# Enough for events to be late, and for an event to be refused at first.
PEOPLE = "6"
# What the check has to say of each.
SIGNS = {
    "lose": lambda result, told: result["lost"] > 0 and "never arrived" in told,
    "double": lambda result, told: result["duplicates"] == 1 and "came as 2 events" in told,
    "late": lambda result, told: "revision 1 came after 2" in told,
}


def begin(sabotage):
    command = [sys.executable, "-B", "-m", "demo", "--people", PEOPLE, "--sabotage", sabotage]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def caught(run, told, found):
    lines = told.splitlines()
    return run.returncode == 1 and lines[-1].startswith("{") and found(json.loads(lines[-1]), told)


def main():
    missed = 0
    runs = [(sabotage, begin(sabotage)) for sabotage in SIGNS]
    for sabotage, run in runs:
        told, _ = run.communicate()
        good = caught(run, told, SIGNS[sabotage])
        wrong = [line for line in told.splitlines() if "WRONG" in line or "SABOTAGE" in line]
        print("\n".join([f"{sabotage}: {'found' if good else 'NOT FOUND'}", *(wrong if good else [told])]), flush=True)
        missed += not good
    sys.exit(1 if missed else 0)


main()
