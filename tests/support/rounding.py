"""Round ids as tools do."""


def javascript(number: int) -> int:
    """Write a number as JavaScript and jq do."""
    if number <= 2**53:
        return number
    mantissa, _, exponent = repr(float(number)).partition("e+")
    return int(mantissa.replace(".", "").ljust(int(exponent) + 1, "0"))
