"""The table of Bedrock's models, renewed by what regions list; apis, modes and vectors stay as people wrote them."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from aws_rules.model_ids import geography, geography_problem, without_geography

Row = dict[str, Any]

_FIRST_KEY: Final = "renewed = "
_SOURCE: Final = "ListFoundationModels"


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What one region's ListFoundationModels and ListInferenceProfiles answer."""

    models: Mapping[str, Mapping[str, Any]]
    """FoundationModelSummary by model id, without those of provisioned throughput."""
    profiles: frozenset[str]
    """Ids of system-defined inference profiles."""


@dataclass(kw_only=True)
class Renewal:
    """The rows of the new table, and what people should look at."""

    rows: dict[str, Row]
    notes: list[str] = field(default_factory=list)


def list_region(bedrock: Any) -> Listing:
    """Ask one region, by boto3's client `bedrock`. Raises one of AWS_ERRORS."""
    summaries = bedrock.list_foundation_models()["modelSummaries"]
    pages = bedrock.get_paginator("list_inference_profiles").paginate(typeEquals="SYSTEM_DEFINED")
    profiles = (profile for page in pages for profile in page["inferenceProfileSummaries"])
    return Listing(
        models={
            model["modelId"]: model for model in summaries if model.get("inferenceTypesSupported") != ["PROVISIONED"]
        },
        profiles=frozenset(profile["inferenceProfileId"] for profile in profiles),
    )


def renew(rows: Mapping[str, Row], listings: Mapping[str, Listing]) -> Renewal:
    """The rows with what the regions list; a region that was not asked keeps what was known of it."""
    renewal = Renewal(rows={})
    listed = {model_id for listing in listings.values() for model_id in listing.models}
    for model_id in sorted(rows.keys() | listed):
        row = dict(rows[model_id]) if model_id in rows else _new_row(model_id, listings)
        if row is None:
            continue
        if model_id not in rows:
            renewal.notes.append(f"{model_id} is new: look at its apis and modes")
        elif model_id not in listed and row.get("regions") and set(row["regions"]) <= listings.keys():
            renewal.notes.append(f"{model_id} is not listed any more")
        if model_id in listed:
            row |= _places(model_id, row, listings)
            row = _with_dates(
                row, [listing.models[model_id] for listing in listings.values() if model_id in listing.models]
            )
        renewal.rows[model_id] = row
    return renewal


def rendered(text: str, rows: Mapping[str, Row], today: date) -> str:
    """The table's file with other rows; the comment at its head stays."""
    head = text.partition(_FIRST_KEY)[0]
    lines = (f'"{model_id}" = {{ {_fields(row)} }}\n' for model_id, row in sorted(rows.items()))
    return f"{head}{_FIRST_KEY}{today}\n\n[models]\n{''.join(lines)}"


def rows_of(text: str) -> dict[str, Row]:
    """The rows of the table's file."""
    return dict(tomllib.loads(text)["models"])


def _new_row(model_id: str, listings: Mapping[str, Listing]) -> Row | None:
    """What the lists tell of a model that the table does not know; nothing of one that does not write text."""
    summary = next(listing.models[model_id] for listing in listings.values() if model_id in listing.models)
    if "TEXT" not in summary.get("outputModalities", []):
        return None
    images = ["images"] if "IMAGE" in summary.get("inputModalities", []) else []
    return {"apis": ["converse"], "modes": ["chat", *images]}


def _places(model_id: str, row: Row, listings: Mapping[str, Listing]) -> Row:
    """Where the model's own id is served, and under which profiles."""
    on_demand = {
        region
        for region, listing in listings.items()
        if "ON_DEMAND" in listing.models.get(model_id, {}).get("inferenceTypesSupported", [])
    }
    found = {
        str(geography(profile))
        for listing in listings.values()
        for profile in listing.profiles
        if geography(profile) and without_geography(profile) == model_id
    }
    unasked = {
        prefix
        for prefix in row.get("geographies", [])
        if all(geography_problem(f"{prefix}.{model_id}", region) for region in listings)
    }
    places: Row = {"regions": sorted(on_demand | (set(row.get("regions", [])) - listings.keys()))}
    if geographies := sorted(found | unasked):
        places["geographies"] = geographies
    return places


def _with_dates(row: Row, summaries: list[Mapping[str, Any]]) -> Row:
    """The latest dates of all regions: a model that goes on in one is not refused."""
    cycles = [summary.get("modelLifecycle", {}) for summary in summaries]
    ends = [_day(cycle.get("endOfLifeTime")) for cycle in cycles]
    if None in ends:
        return {key: value for key, value in row.items() if key not in {"legacy", "end", "source"}}
    legacy = [day for cycle in cycles if (day := _day(cycle.get("legacyTime")))]
    dates: Row = {"legacy": max(legacy)} if legacy else {}
    return {**row, **dates, "end": max(day for day in ends if day), "source": _SOURCE}


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


_ORDER: Final = (
    *("apis", "profile_apis", "unserved", "modes", "vector", "geographies", "regions"),
    *("legacy", "end", "source"),
)


def _fields(row: Row) -> str:
    return ", ".join(f"{key} = {_toml(row[key])}" for key in _ORDER if key in row)


def _toml(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value) if isinstance(value, str) else str(value)
