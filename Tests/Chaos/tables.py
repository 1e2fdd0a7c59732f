"""What the chaos tests print: a line for each fault, for a terminal and for a page."""

import dataclasses

COLUMNS = [("fault", "fault"), ("injected", "injected"), ("accepted", "accepted"), ("published", "published"),
           ("lost", "lost"), ("duplicates", "duplicates"), ("stall", "longest stall"), ("seconds", "took")]


@dataclasses.dataclass
class Line:
    fault: str
    injected: int = 0
    accepted: int = 0
    published: int = 0
    lost: int = 0
    duplicates: int = 0
    # Accepted articles that ended among the dead letters; they are not lost.
    dead: int = 0
    # Seconds without a new record at the subscriber while articles waited, at most.
    stall: float = 0.0
    seconds: float = 0.0
    notes: list = dataclasses.field(default_factory=list)
    # Why it did not go as promised; why it was not tried.
    failure: str | None = None
    skipped: str | None = None

    @property
    def verdict(self):
        return "SKIPPED" if self.skipped else "FAILED" if self.failure else "ok"

    def cell(self, name):
        value = getattr(self, name)
        if name == "fault":
            return value
        if self.skipped:
            return "–"
        return f"{value:.1f} s" if name == "stall" else f"{value:.0f} s" if name == "seconds" else f"{value:,}"


def text(lines):
    rows = [[title for _, title in COLUMNS] + [""]]
    rows += [[line.cell(name) for name, _ in COLUMNS] + [line.verdict] for line in lines]
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    out = []
    for row in rows:
        out.append("  ".join([row[0].ljust(widths[0])] + [c.rjust(w) for c, w in zip(row[1:-1], widths[1:-1])] + [row[-1]]))
    return "\n".join(out)


def markdown(lines):
    """For the README: what was tried and held, nothing else."""
    out = ["| " + " | ".join(title for _, title in COLUMNS) + " |", "|---|" + "---:|" * (len(COLUMNS) - 1)]
    for line in lines:
        out.append("| " + " | ".join(line.cell(name) for name, _ in COLUMNS) + " |" + ("" if line.verdict == "ok" else f" {line.verdict}"))
    return "\n".join(out)


def details(lines):
    out = []
    for line in lines:
        for note in line.notes:
            out.append(f"{line.fault}: {note}")
        if line.dead:
            out.append(f"{line.fault}: {line.dead} of the accepted ended among the dead letters")
        if line.failure:
            out.append(f"{line.fault}: FAILED: {line.failure}")
        if line.skipped:
            out.append(f"{line.fault}: SKIPPED: {line.skipped}")
    return "\n".join(out)
