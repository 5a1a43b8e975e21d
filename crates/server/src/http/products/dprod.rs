//! `GET /api/v1/products/{domain}/{product}/dprod`: the product as linked data, for catalogues that harvest it.
//!
//! DCAT 3 and DPROD 1.0 as JSON-LD with its own context, so that it is read without a network. It says what the product
//! page says to everybody who sees the product: no statistic and nothing derived from rows.

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use model::{
    Problem,
    contract::{Contract, PortContract},
};
use registry::ProductState;
use serde_json::{Value, json};

use crate::{
    http::{failure::Outcome, rule::Caller, seen::Seen},
    wiring::House,
};

/// The product as a `dprod:DataProduct` in JSON-LD.
#[utoipa::path(get, path = "/api/v1/products/{domain}/{product}/dprod", tag = "products",
    params(("domain" = String, Path), ("product" = String, Path)),
    responses((status = 200, body = Object, content_type = "application/ld+json"),
        (status = 404, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    Path((domain, product)): Path<(String, String)>,
) -> Outcome<Response> {
    let seen = Seen::by(&house, caller);
    let product = seen.product(&domain, &product)?;
    let contract = super::contract_of(&house, product).await?;
    let document = document(&house, &seen, product, &contract);
    let text = serde_json::to_vec_pretty(&document).map_err(Problem::internal)?;
    Ok(([(header::CONTENT_TYPE, "application/ld+json")], text).into_response())
}

fn document(house: &House, seen: &Seen, product: &ProductState, contract: &Contract) -> Value {
    let reference = &product.reference;
    let mesh = seen.mesh.config().map_or("mesh", |config| config.mesh.as_str());
    let id = |kind: &str, name: &str| format!("urn:tessera:{mesh}:{kind}:{name}");
    let file = seen.mesh.domain(&reference.domain).map(|domain| &domain.file);
    let owner = contract.owner.clone().or_else(|| file.map(|file| file.owner.to_string())).unwrap_or_default();
    let status = if product.publication.is_some() { "Consume" } else { "Build" };
    let name = reference.to_string();
    let ports = contract.ports.iter().map(|port| service(house, product, port, &id));
    let inputs = product.publication.iter().flat_map(|publication| &publication.inputs);
    let inputs = inputs
        .filter(|(input, _)| seen.mesh.product(input).is_some_and(|input| seen.sees(input)))
        .map(|(input, _)| json!({"@id": id("product-data", &input.to_string()), "@type": "dcat:Dataset", "rdfs:label": input.to_string()}));
    let mut document = json!({
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "dprod": "https://ekgf.github.io/dprod/",
            "prov": "http://www.w3.org/ns/prov#",
            "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": id("product", &name),
        "@type": "dprod:DataProduct",
        "rdfs:label": contract.title.clone().unwrap_or_else(|| name.clone()),
        "dct:identifier": name,
        "dcat:version": contract.version.to_string(),
        "dprod:dataProductOwner": {"@id": id("group", &owner), "@type": "prov:Agent", "rdfs:label": owner},
        "dprod:domain": {"@id": id("domain", reference.domain.as_str()), "rdfs:label": reference.domain.to_string()},
        "dprod:lifecycleStatus": {
            "@id": format!("urn:tessera:lifecycle:{}", status.to_lowercase()),
            "@type": "dprod:DataProductLifecycleStatus",
            "rdfs:label": status,
        },
        "dcat:keyword": contract.tags,
        "dprod:outputPort": ports.collect::<Vec<_>>(),
        "dprod:inputDataset": inputs.collect::<Vec<_>>(),
    });
    if let (Some(purpose), Some(fields)) = (&contract.purpose, document.as_object_mut()) {
        fields.insert("dct:description".to_owned(), purpose.clone().into());
        fields.insert("dprod:purpose".to_owned(), purpose.clone().into());
    }
    document
}

/// A port as a service that gives access to a distribution of its data.
fn service(house: &House, product: &ProductState, port: &PortContract, id: &dyn Fn(&str, &str) -> String) -> Value {
    let name = product.reference.port(port.name.clone()).to_string();
    let (contract, version) = (&product.reference, &product.contract_served().version);
    let mut data = json!({
        "@id": id("data", &name),
        "@type": "dcat:Dataset",
        "rdfs:label": name,
        "dct:conformsTo": {"@id": id("contract", &format!("{contract}@{version}"))},
    });
    if let Some(fields) = data.as_object_mut() {
        if let Some(description) = &port.description {
            fields.insert("dct:description".to_owned(), description.clone().into());
        }
        if let Some(publication) = &product.publication {
            let at = json!({"@value": publication.at.to_string(), "@type": "xsd:dateTime"});
            fields.insert("dct:modified".to_owned(), at);
        }
    }
    json!({
        "@id": id("port", &name),
        "@type": "dcat:DataService",
        "rdfs:label": name,
        "dcat:endpointURL": {"@id": format!("postgresql://{}/mesh", house.postgres_address())},
        "dcat:endpointDescription": format!("SELECT * FROM {name}"),
        "dprod:isAccessServiceOf": {
            "@id": id("distribution", &name),
            "@type": "dcat:Distribution",
            "dct:format": "application/vnd.apache.arrow.stream",
            "dprod:isDistributionOf": data,
        },
    })
}
