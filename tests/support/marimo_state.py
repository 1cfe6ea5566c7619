"""A stand-in for `mo.state` outside a running page."""


def fake_state(first, **_options):
    """Return a getter and a setter of a value."""
    values = [first]
    return lambda: values[-1], values.append
