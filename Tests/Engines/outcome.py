"""What a check found: counts of what was compared, and the differences."""


class CheckFailed(Exception):
    """A difference that leaves nothing further to compare."""


class Outcome:
    """Collects the counts and differences of one check. The first differences are printed, the others counted."""

    SHOWN = 10

    def __init__(self, name):
        self.name = name
        self.counts = {}
        self.differences = 0

    def count(self, what, n=1):
        self.counts[what] = self.counts.get(what, 0) + n

    def differ(self, place, expected, found):
        self.differences += 1
        if self.differences <= self.SHOWN:
            print(f"  DIFFERENCE in {place}\n    expected: {shortened(expected)}\n    found:    {shortened(found)}", flush=True)

    def same(self, place, expected, found):
        """Whether both are equal; a difference is noted."""
        if expected == found:
            return True
        self.differ(place, expected, found)
        return False

    def close(self):
        """Prints the summary line; True where all agreed."""
        counted = ", ".join(f"{n:,} {what}" for what, n in self.counts.items())
        if self.differences:
            print(f"  {self.name}: FAILED, {self.differences:,} differences ({counted})", flush=True)
            return False
        print(f"  {self.name}: {counted}", flush=True)
        return True


def shortened(value, limit=200):
    text = ascii(value)
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text):,} characters)"
