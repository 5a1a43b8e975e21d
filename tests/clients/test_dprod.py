"""The product as linked data, held to the official shapes of the Data Product Ontology by a validator of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pyshacl
import pytest
import rdflib

SHAPES = rdflib.Graph().parse(Path(__file__).parent / "dprod" / "dprod-shapes.ttl")


def violations(document: dict) -> list[str]:
    """What the shapes find wrong: messages of the results whose severity is a violation."""
    data = rdflib.Graph().parse(data=json.dumps(document), format="json-ld")
    assert len(data) > 10, "a document that says nothing breaks no shape"
    _, results, text = pyshacl.validate(data, shacl_graph=SHAPES, allow_infos=True, allow_warnings=True)
    severity = rdflib.URIRef("http://www.w3.org/ns/shacl#resultSeverity")
    violation = rdflib.URIRef("http://www.w3.org/ns/shacl#Violation")
    return [text for _ in results.subjects(severity, violation)]


@pytest.fixture(scope="module")
def product(mesh) -> dict:
    headers, body = mesh.call(mesh.ana, "GET", "/api/v1/products/customer/customer_master/dprod")
    assert headers["content-type"] == "application/ld+json"
    return json.loads(body)


def test_a_product_conforms(product):
    assert violations(product) == []


@pytest.mark.parametrize("key", ["dprod:outputPort", "dprod:dataProductOwner", "dprod:lifecycleStatus"])
def test_the_shapes_refuse_what_is_something_else(product, key):
    """The shapes ask for no property to be there, but for each to be of its class."""
    value = product[key][0] if isinstance(product[key], list) else product[key]
    assert violations({**product, key: {**value, "@type": "rdfs:Resource"}})


def test_it_says_what_a_catalogue_looks_for(product):
    graph = rdflib.Graph().parse(data=json.dumps(product), format="json-ld")
    found = graph.query(
        """
        PREFIX dprod: <https://ekgf.github.io/dprod/>
        PREFIX dcat: <http://www.w3.org/ns/dcat#>
        PREFIX dct: <http://purl.org/dc/terms/>
        SELECT ?name ?statement WHERE {
            ?product a dprod:DataProduct ; dct:identifier ?name ; dprod:outputPort ?port .
            ?port a dcat:DataService ; dcat:endpointDescription ?statement ;
                dprod:isAccessServiceOf/dprod:isDistributionOf/dct:modified ?at .
        }
        """
    )
    rows = [tuple(map(str, row)) for row in found]
    assert rows == [("customer.customer_master", "SELECT * FROM customer.customer_master.customers")]
