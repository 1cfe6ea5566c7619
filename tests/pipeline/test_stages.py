"""Check that the list of stages is consistent."""

from workbench.pipeline.runners import RUNNERS
from workbench.pipeline.stages import BY_NAME, INGEST, STAGES
from workbench.recipe import Recipe
from workbench.storage import TABLES


def test_stages_need_only_earlier_stages():
    names = [stage.name for stage in STAGES]
    for position, stage in enumerate(STAGES):
        assert set(stage.needs) <= set(names[:position])
    assert len(BY_NAME) == len(STAGES)


def test_every_stage_after_ingest_has_a_runner():
    assert list(RUNNERS) == [stage.name for stage in STAGES if stage is not INGEST]


def test_sections_and_tables_exist():
    for stage in STAGES:
        assert set(stage.sections) <= set(Recipe.model_fields)
        assert set(stage.makes) <= {*TABLES, "embeddings", "exports"}
