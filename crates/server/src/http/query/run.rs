//! `POST /api/v1/query`: one governed statement.

use arrow::datatypes::{FieldRef, Schema};
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use futures::StreamExt;
use gateway::{Catalog, Masked};
use model::{Problem, error::Code};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::encode::Form;
use crate::{
    format::type_word,
    http::{
        extract::{Json, RequestId, one},
        failure::Outcome,
        rule::Caller,
    },
    wiring::House,
};

/// A statement.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// One statement, names as in the catalog `mesh`.
    #[schema(example = "SELECT region, count(*) FROM claims.claims_enriched GROUP BY region")]
    pub sql: String,
    /// Why; instead of the header `X-Tessera-Purpose`.
    #[serde(default)]
    #[schema(example = "fraud-detection")]
    pub purpose: Option<String>,
}

/// The JSON form of an answer: 64-bit integers and decimals as strings, instants RFC 3339 with `Z`.
#[derive(Debug, Serialize, ToSchema)]
pub struct Rows {
    /// The statement's id, for cancelling and in the audit.
    pub query_id: String,
    /// The columns.
    pub columns: Vec<ColumnItem>,
    /// The rows.
    pub rows: Vec<Vec<serde_json::Value>>,
}

/// A column of an answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct ColumnItem {
    /// Its name.
    pub name: String,
    /// Its type, in the words of contracts.
    #[serde(rename = "type")]
    pub kind: String,
    /// Masked columns that its values come from, copied or computed; absent where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub masked: Vec<MaskedItem>,
}

/// A column that the caller gets masked.
#[derive(Debug, Serialize, ToSchema)]
pub struct MaskedItem {
    /// `claims.claims_enriched.claims.email`.
    pub column: String,
    /// What is seen of it, in the words of product pages: `partial (email)`, `token`.
    pub treatment: String,
}

impl ColumnItem {
    /// The columns of an answer; `masked` by position, for as many as it tells of.
    pub fn all(schema: &Schema, masked: &[Vec<Masked>]) -> Vec<Self> {
        let told = |index: usize| masked.get(index).into_iter().flatten();
        let fields = schema.fields().iter().enumerate();
        let item = |(index, field): (usize, &FieldRef)| Self {
            name: field.name().clone(),
            kind: type_word(field),
            masked: told(index)
                .map(|masked| MaskedItem {
                    column: format!("{}.{}", masked.port, masked.column),
                    treatment: masked.outcome.to_string(),
                })
                .collect(),
        };
        fields.map(item).collect()
    }
}

/// Runs one statement as the caller. The answer says which policies shaped it in `X-Tessera-Policies`.
#[utoipa::path(post, path = "/api/v1/query", tag = "query", request_body = Query,
    params(("X-Tessera-Purpose" = Option<String>, Header, description = "why the data is read")),
    responses(
        (status = 200, description = "an Arrow stream, JSON or CSV, by Accept", content(
            (Rows = "application/json"), (String = "text/csv"), (Vec<u8> = "application/vnd.apache.arrow.stream"))),
        (status = 400, body = crate::problem::Body), (status = 403, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    RequestId(id): RequestId,
    headers: HeaderMap,
    Json(query): Json<Query>,
) -> Outcome<Response> {
    let form = Form::asked(&headers)?;
    answer(&house, &caller, &id, purpose(&headers, query.purpose.as_deref())?, &query.sql, form).await
}

/// Runs one statement as the caller, under the purpose given or else that of their token.
pub async fn answer(
    house: &House,
    caller: &Caller,
    request_id: &str,
    purpose: Option<&str>,
    sql: &str,
    form: Form,
) -> Outcome<Response> {
    let mut session = house.session(&caller.signed, Catalog::Mesh, request_id.to_owned())?;
    if let Some(purpose) = purpose {
        session.set("purpose", Some(purpose))?;
    }
    session.tells_masks = form == Form::Json;
    house.metrics.statement("http");
    let answer = house.gateway.query(&session, sql).await?;
    let mut batches = house.authenticator.while_good(&caller.signed, answer.batches).fuse();
    // The first batch is awaited, so that what fails before any row fails as a problem.
    let first = batches.next().await.transpose()?;
    let batches = futures::stream::iter(first.map(Ok)).chain(batches).boxed();
    let mut response = Response::new(form.body(answer.id, &answer.schema, &answer.masked, batches)?);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(form.content_type()));
    if form != Form::Json {
        headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    }
    headers.insert("x-tessera-query-id", text(&answer.id.to_string()));
    headers.insert("x-tessera-policies", text(&answer.policies.join("; ")));
    if let Some(purpose) = &answer.purpose {
        headers.insert("x-tessera-purpose", text(purpose.as_str()));
    }
    Ok(response)
}

/// The purpose stated, in the header or in the body.
fn purpose<'a>(headers: &'a HeaderMap, body: Option<&'a str>) -> Result<Option<&'a str>, Problem> {
    match (one(headers, "x-tessera-purpose")?, body) {
        (Some(header), Some(body)) if header != body => {
            Err(Problem::new(Code::InvalidValue, "the header and the body state different purposes"))
        }
        (header, body) => Ok(header.or(body)),
    }
}

/// A header's value; what is not visible ASCII becomes `?`.
fn text(value: &str) -> HeaderValue {
    let plain: String = value.chars().map(|c| if matches!(c, ' '..='~') { c } else { '?' }).collect();
    HeaderValue::from_str(&plain).unwrap_or_else(|_| HeaderValue::from_static(""))
}
