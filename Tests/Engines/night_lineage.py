"""OpenLineage events against the classes that OpenLineage generates from its JSON Schemas: as a JSON Schema made of them, and as
objects of them, whose own validators know UUIDs and moments."""

import enum
import importlib
import types
import typing

import attr
import jsonschema
from openlineage.client.generated import base

FACETS = {
    "parent": ("parent_run", "ParentRunFacet"),
    "processing_engine": ("processing_engine_run", "ProcessingEngineRunFacet"),
    "errorMessage": ("error_message_run", "ErrorMessageRunFacet"),
    "jobType": ("job_type_job", "JobTypeJobFacet"),
    "schema": ("schema_dataset", "SchemaDatasetFacet"),
    "version": ("dataset_version_dataset", "DatasetVersionDatasetFacet"),
    "outputStatistics": ("output_statistics_output_dataset", "OutputStatisticsOutputDatasetFacet"),
}
# Facets of one's own need only say who made them and where their schema is.
OWN = {"restlake_run"}


def check(outcome, place, event):
    for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(event):
        outcome.differ(f"{place} at {error.json_path}", "as in OpenLineage's schema", error.message)
    base.RunEvent(
        eventTime=event["eventTime"], eventType=base.EventType(event["eventType"]), producer=event["producer"],
        run=base.Run(runId=event["run"]["runId"]), job=base.Job(namespace=event["job"]["namespace"], name=event["job"]["name"]))
    outcome.same(f"{place}: schemaURL", base.RunEvent._get_schema(), event["schemaURL"])
    for name, facet in facets(event):
        if name in OWN:
            outcome.same(f"{place}: {name}", True, facet["_schemaURL"].startswith("urn:restlake:"))
            continue
        kind = facet_class(name)
        outcome.same(f"{place}: schema of {name}", kind._get_schema(), facet["_schemaURL"])
        for error in jsonschema.Draft202012Validator(of_class(kind)).iter_errors(facet):
            outcome.differ(f"{place}, {name} at {error.json_path}", "as in OpenLineage's schema", error.message)
        outcome.count("facets of lineage")


def facets(event):
    yield from event["run"]["facets"].items()
    yield from event["job"]["facets"].items()
    for dataset in event["inputs"] + event["outputs"]:
        yield from dataset.get("facets", {}).items()
        yield from dataset.get("outputFacets", {}).items()


def facet_class(name):
    module, kind = FACETS[name]
    return getattr(importlib.import_module(f"openlineage.client.generated.{module}"), kind)


def of_class(kind):
    """A class of attrs as a JSON Schema: no member that it does not have, none missing that has no default."""
    hints = typing.get_type_hints(kind)
    fields = [field for field in attr.fields(kind) if not field.name.startswith("_additional")]
    members = {field.name: of_type(hints[field.name]) for field in fields}
    if issubclass(kind, (base.BaseFacet, base.BaseEvent)):
        required = [field.name for field in fields if field.default is attr.NOTHING or field.name in ("_producer", "_schemaURL", "producer", "schemaURL")]
    else:
        required = [field.name for field in fields if field.default is attr.NOTHING]
    return {"type": "object", "properties": members, "required": required, "additionalProperties": False}


def of_type(hint):
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return {"anyOf": [of_type(one) for one in arguments]}
    if origin is list:
        return {"type": "array", "items": of_type(arguments[0])}
    if origin is dict:
        return {"type": "object"}
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return {"enum": [one.value for one in hint]}
    if isinstance(hint, type) and attr.has(hint):
        return nested(hint)
    return {str: {"type": "string", "minLength": 1}, int: {"type": "integer"}, float: {"type": "number"}, bool: {"type": "boolean"}, type(None): {"type": "null"}}.get(hint, {})


seen = []


def nested(kind):
    """Fields hold fields: two levels are enough, deeper ones are let be."""
    if seen.count(kind) > 1:
        return {"type": "object"}
    seen.append(kind)
    try:
        return of_class(kind)
    finally:
        seen.pop()


SCHEMA = of_class(base.RunEvent)
