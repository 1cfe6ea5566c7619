"""Check what a fault says about itself."""

from pathlib import Path

from workbench.pipeline.doctor.fault import Fault, nothing


def test_a_fault_is_safe_if_it_has_a_fix():
    assert Fault(Path("a"), "is damaged", "do nothing", fix=nothing).is_safe
    assert not Fault(Path("a"), "is damaged", "put a copy in its place").is_safe
    assert nothing() is None
