"""The garbage collector is paused and always resumed."""

import gc

import pytest

from workbench.memory import paused_gc


def test_paused_gc_resumes_after_an_error():
    with pytest.raises(ZeroDivisionError), paused_gc():
        1 / gc.isenabled()
    assert gc.isenabled()


def test_paused_gc_leaves_a_disabled_collector_disabled():
    gc.disable()
    try:
        with paused_gc():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_paused_gc_can_be_nested():
    with paused_gc():
        with paused_gc():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
