"""Write a count with what is counted."""


def counted(number: int, noun: str) -> str:
    """Write a count and a noun, whose plural ends in s.

    Examples:
        >>> counted(1, "tweet"), counted(0, "tweet"), counted(1200, "thread")
        ('1 tweet', '0 tweets', '1,200 threads')
    """
    return f"{number:,} {noun if number == 1 else noun + 's'}"
