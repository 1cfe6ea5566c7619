"""Put progress into words, the same in a terminal and on a page."""

from workbench.progress.record import ProgressRecord

#: Stage -> what its units are. Stages with other units show their share only.
UNITS = {
    "sample": "lines",
    "ingest": "bytes",
    "embed": "texts",
    "score": "rows",
    "export": "threads",
}

#: Tasks that report progress but are not stages -> what they do.
TASKS = {
    "sample": "writing a synthetic dump",
    "map": "placing the threads on the map",
    "trial": "training a classifier with your labels",
}


def text(record: ProgressRecord, now: float) -> str:
    """Say which stage runs, how much of it is done, how fast, and how long the job still takes.

    Args:
        record: What was reported last.
        now: Seconds since 1970, UTC.

    Examples:
        >>> reported = ProgressRecord("embed", 25, 100, 0.0, 10.0, number=3, stages=6, rate=2.5)
        >>> text(reported, 10.0)
        'stage 3 of 6: embed · 25 of 100 texts (25%) · 2.5 texts/s · time left not known yet'
        >>> text(ProgressRecord("map", 1, 4, 0.0, 10.0, left=130.0), 10.0)
        'placing the threads on the map · 25% · about 2 min left'
        >>> text(ProgressRecord("ingest", 2_500_000, 10_000_000, 0.0, 9.0, stage_left=31.0), 10.0)
        'ingest · 2.5 of 10.0 MB (25%) · about 30 s left in this stage'
        >>> text(ProgressRecord("embed", 0, 0, 0.0, 9.0, doing="Loading the model"), 10.0)
        'embed · Loading the model'
    """
    where = TASKS.get(record.stage, record.stage)
    if record.number and record.stages > 1:
        where = f"stage {record.number} of {record.stages}: {where}"
    if record.doing:
        return f"{where} · {record.doing}"
    if record.step:
        where = f"{where} · {record.step.name}"
    parts = [where, _amount(record), _rate(record), _left(record, now)]
    return " · ".join(part for part in parts if part)


def about(seconds: float) -> str:
    """Round a time that is only estimated.

    Examples:
        >>> [about(seconds) for seconds in (3, 42, 100, 4000, 9000)]
        ['a few seconds', 'about 40 s', 'about 2 min', 'about 1 h 7 min', 'about 2 h 30 min']
    """
    if seconds < 8:
        return "a few seconds"
    if seconds < 58:
        return f"about {5 * round(seconds / 5)} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"about {minutes} min"
    return f"about {minutes // 60} h {minutes % 60} min"


def _unit(record: ProgressRecord) -> str:
    return record.step.unit if record.step else UNITS.get(record.stage, "")


def _amount(record: ProgressRecord) -> str:
    unit = _unit(record)
    share = record.share
    if share is None:
        return f"{_count(record.done, record.done, unit)} so far" if unit and record.done else ""
    if not unit or not record.done:
        return f"{share:.0%}"
    done = _count(record.done, record.total, unit).rpartition(" ")[0]
    return f"{done} of {_count(record.total, record.total, unit)} ({share:.0%})"


def _rate(record: ProgressRecord) -> str:
    unit = _unit(record)
    if not unit or not record.rate or record.share == 1:
        return ""
    if unit == "bytes":
        return f"{_count(record.rate, record.rate, unit)}/s"
    return f"{record.rate:,.{0 if record.rate >= 10 else 1}f} {unit}/s"


def _left(record: ProgressRecord, now: float) -> str:
    if record.share is None or record.share == 1:
        return ""
    if (left := record.seconds_left(now)) is not None:
        return f"{about(left)} left"
    if record.stage_left is not None:
        left = max(record.stage_left - (now - record.reported_at), 0)
        return f"{about(left)} left in this {'step' if record.step else 'stage'}"
    return "time left not known yet"


def _count(count: float, scale: float, unit: str) -> str:
    """Format a count; bytes in the unit that fits `scale`."""
    if unit != "bytes":
        return f"{count:,.0f} {unit}"
    for size, name in ((1e9, "GB"), (1e6, "MB")):
        if scale >= size:
            return f"{count / size:,.1f} {name}"
    return f"{count / 1e3:,.1f} kB"
