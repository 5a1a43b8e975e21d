#!/usr/bin/env python3
"""Writes corpus.json: pairs of contracts, and whether datacontract-cli 1.2.8 calls the second a break for consumers.

Run by hand where the package is installed:  python corpus.py
"""

import json
import pathlib
import random
import sys

from datacontract.data_contract import DataContract
from datacontract.model.breaking import Perspective

# What one contract has in place of the other: (name, part, before, after); the part is the top, the port or a property.
EDITS = [
    ("title", "top", "name: One", "name: Other"),
    ("purpose", "top", "description: {purpose: One}", "description: {purpose: Other}"),
    ("status", "top", "status: active", "status: deprecated"),
    ("label", "top", "tags: [one]", "tags: [other]"),
    ("freshness_gone", "top", "slaProperties: [{property: freshness, value: 2, unit: h}]", ""),
    ("freshness_later", "top", "slaProperties: [{property: freshness, value: 2, unit: h}]", "slaProperties: [{property: freshness, value: 4, unit: h}]"),
    ("port_description", "port", "description: One", "description: Other"),
    ("row_count", "port", "quality: [{id: rows, metric: rowCount, mustBeGreaterThan: 10}]", "quality: [{id: rows, metric: rowCount, mustBeGreaterThan: 5}]"),
    ("row_count_gone", "port", "quality: [{id: rows, metric: rowCount, mustBeGreaterThan: 10}]", ""),
    ("column_gone", "property", "{name: a, logicalType: string}", ""),
    ("column_renamed", "property", "{name: a, logicalType: string}", "{name: b, logicalType: string}"),
    ("type_string_integer", "property", "{name: a, logicalType: string}", "{name: a, logicalType: integer}"),
    ("type_integer_number", "property", "{name: a, logicalType: integer}", "{name: a, logicalType: number}"),
    ("type_date_timestamp", "property", "{name: a, logicalType: date}", "{name: a, logicalType: timestamp}"),
    ("decimal_wider", "property", "{name: a, logicalType: number, physicalType: 'decimal(10,2)'}", "{name: a, logicalType: number, physicalType: 'decimal(12,2)'}"),
    ("required", "property", "{name: a, logicalType: string, required: true}", "{name: a, logicalType: string}"),
    ("unique", "property", "{name: a, logicalType: string, unique: true}", "{name: a, logicalType: string}"),
    ("key", "property", "{name: a, logicalType: string, required: true, primaryKey: true}", "{name: a, logicalType: string, required: true}"),
    ("description", "property", "{name: a, logicalType: string, description: One}", "{name: a, logicalType: string, description: Other}"),
    ("classification", "property", "{name: a, logicalType: string, tags: [pii.one]}", "{name: a, logicalType: string}"),
    ("examples", "property", "{name: a, logicalType: string, examples: [x]}", "{name: a, logicalType: string, examples: [y]}"),
    ("max_length", "property", "{name: a, logicalType: string, logicalTypeOptions: {maxLength: 8}}", "{name: a, logicalType: string, logicalTypeOptions: {maxLength: 9}}"),
    ("max_length_gone", "property", "{name: a, logicalType: string, logicalTypeOptions: {maxLength: 8}}", "{name: a, logicalType: string}"),
    ("min_length", "property", "{name: a, logicalType: string, logicalTypeOptions: {minLength: 3}}", "{name: a, logicalType: string, logicalTypeOptions: {minLength: 2}}"),
    ("minimum", "property", "{name: a, logicalType: integer, logicalTypeOptions: {minimum: 3}}", "{name: a, logicalType: integer, logicalTypeOptions: {minimum: 2}}"),
    ("maximum", "property", "{name: a, logicalType: integer, logicalTypeOptions: {maximum: 8}}", "{name: a, logicalType: integer, logicalTypeOptions: {maximum: 9}}"),
    ("pattern_gone", "property", "{name: a, logicalType: string, logicalTypeOptions: {pattern: '[a-z]+'}}", "{name: a, logicalType: string}"),
    ("pattern_other", "property", "{name: a, logicalType: string, logicalTypeOptions: {pattern: '[a-z]+'}}", "{name: a, logicalType: string, logicalTypeOptions: {pattern: '[a-z0-9]+'}}"),
    ("enum_wider", "property", "{name: a, logicalType: string, enum: [{value: x}]}", "{name: a, logicalType: string, enum: [{value: x}, {value: y}]}"),
    ("enum_gone", "property", "{name: a, logicalType: string, enum: [{value: x}]}", "{name: a, logicalType: string}"),
    ("nulls_looser", "property", "{name: a, logicalType: string, quality: [{id: n, metric: nullValues, mustBe: 0}]}", "{name: a, logicalType: string, quality: [{id: n, metric: nullValues, mustBeLessThan: 5}]}"),
    ("nulls_gone", "property", "{name: a, logicalType: string, quality: [{id: n, metric: nullValues, mustBe: 0}]}", "{name: a, logicalType: string}"),
    ("nulls_warn", "property", "{name: a, logicalType: string, quality: [{id: n, metric: nullValues, mustBe: 0}]}", "{name: a, logicalType: string, quality: [{id: n, metric: nullValues, mustBe: 0, severity: warning}]}"),
    ("valid_wider", "property", "{name: a, logicalType: string, quality: [{id: v, metric: invalidValues, arguments: {validValues: [x]}, mustBe: 0}]}", "{name: a, logicalType: string, quality: [{id: v, metric: invalidValues, arguments: {validValues: [x, y]}, mustBe: 0}]}"),
    ("field_gone", "property", "{name: a, logicalType: object, properties: [{name: x, logicalType: string}, {name: y, logicalType: string}]}", "{name: a, logicalType: object, properties: [{name: x, logicalType: string}]}"),
    ("field_type", "property", "{name: a, logicalType: object, properties: [{name: x, logicalType: string}]}", "{name: a, logicalType: object, properties: [{name: x, logicalType: date}]}"),
    ("field_required", "property", "{name: a, logicalType: object, properties: [{name: x, logicalType: string, required: true}]}", "{name: a, logicalType: object, properties: [{name: x, logicalType: string}]}"),
    ("item_type", "property", "{name: a, logicalType: array, items: {logicalType: string}}", "{name: a, logicalType: array, items: {logicalType: integer}}"),
]


def contract(parts):
    top = "\n".join(text for part, text in parts if part == "top" and text)
    port = "\n".join(f"  {text}" for part, text in parts if part == "port" and text)
    if "status:" not in top:
        top = "status: active\n" + top
    properties = [text for part, text in parts if part == "property" and text]
    # Each property by a name of its own.
    named = [text.replace("{name: a,", f"{{name: a{i},").replace("{name: b,", f"{{name: b{i},") for i, text in enumerate(properties)]
    rows = "\n".join(f"  - {text}" for text in ["{name: id, logicalType: integer, required: true}", *named])
    return f"apiVersion: v3.2.0\nkind: DataContract\nid: one\nversion: 1.0.0\n{top}\nschema:\n- name: rows\n{port}\n  properties:\n{rows}\n"


def breaks(before, after):
    of = lambda text: DataContract(data_contract_str=text)
    result = of(before).breaking(of(after), perspective=Perspective.CONSUMER)
    return bool(result.is_breaking)


def pair(name, edits, forth):
    first = contract([(part, before) for _, part, before, _ in edits])
    # A property that goes keeps the places of the others.
    second = contract([(part, after) for _, part, _, after in edits])
    before, after = (first, second) if forth else (second, first)
    return {"name": name, "before": before, "after": after, "breaks": breaks(before, after)}


def main():
    pairs = []
    for edit in EDITS:
        pairs.append(pair(edit[0], [edit], True))
        pairs.append(pair(edit[0] + " back", [edit], False))
    pairs.append(pair("nothing", [], True))
    chance = random.Random(20261127)
    properties = [edit for edit in EDITS if edit[1] == "property" and edit[3]]
    for number in range(40):
        some = chance.sample(properties, chance.randint(2, 5))
        names = "+".join(edit[0] for edit in some)
        pairs.append(pair(f"{number} {names}", some, chance.random() < 0.5))
    path = pathlib.Path(__file__).with_name("corpus.json")
    path.write_text(json.dumps(pairs, indent=1) + "\n")
    print(len(pairs), sum(pair["breaks"] for pair in pairs), file=sys.stderr)


if __name__ == "__main__":
    main()
