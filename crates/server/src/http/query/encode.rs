//! The three forms of an answer, streamed batch by batch. An answer that fails midway breaks off without its end, so that
//! no client takes a part for the whole.

use arrow::{datatypes::SchemaRef, ipc::writer::StreamWriter, record_batch::RecordBatch};
use axum::{body::Body, http::HeaderMap, http::header};
use bytes::Bytes;
use futures::{Stream, StreamExt, stream::BoxStream};
use gateway::Masked;
use model::{Problem, error::Code};

use super::run::ColumnItem;
use crate::format::{csv, json, without_dictionaries};

/// The media type of an Arrow stream.
pub const ARROW: &str = "application/vnd.apache.arrow.stream";

/// A form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `{"query_id", "columns", "rows"}`.
    Json,
    /// RFC 4180.
    Csv,
    /// An Arrow stream.
    Arrow,
}

impl Form {
    /// The first form of the `Accept` header that we have; JSON where anything will do.
    ///
    /// # Errors
    /// `invalid-value` when none will do.
    pub fn asked(headers: &HeaderMap) -> Result<Self, Problem> {
        let accepted: Vec<&str> = headers
            .get_all(header::ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(|part| part.split(';').next().unwrap_or_default().trim())
            .collect();
        if accepted.is_empty() {
            return Ok(Self::Json);
        }
        let form = accepted.iter().find_map(|kind| match kind.to_ascii_lowercase().as_str() {
            "application/json" | "application/*" | "*/*" => Some(Self::Json),
            "text/csv" | "text/*" => Some(Self::Csv),
            ARROW => Some(Self::Arrow),
            _ => None,
        });
        form.ok_or_else(|| {
            Problem::new(Code::InvalidValue, "none of the accepted media types is offered")
                .with_hint(format!("accept `application/json`, `text/csv` or `{ARROW}`"))
        })
    }

    /// Its content type.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Arrow => ARROW,
        }
    }

    /// The body of an answer.
    ///
    /// # Errors
    /// `internal` for a schema that cannot be written.
    pub fn body(
        self,
        id: uuid::Uuid,
        schema: &SchemaRef,
        masked: &[Vec<Masked>],
        batches: BoxStream<'static, Result<RecordBatch, Problem>>,
    ) -> Result<Body, Problem> {
        let mut writer = self.writer(id, schema)?;
        let head = writer.head(schema, masked)?;
        let head = futures::stream::once(async move { Ok(head) });
        let writer = std::sync::Arc::new(std::sync::Mutex::new(writer));
        let (rows, end) = (writer.clone(), writer);
        let rows = batches.map(move |batch| {
            let mut writer = rows.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            batch.and_then(|batch| writer.rows(batch))
        });
        let end =
            futures::stream::once(async move { end.lock().unwrap_or_else(std::sync::PoisonError::into_inner).end() });
        Ok(Body::from_stream(until_failure(head.chain(rows).chain(end))))
    }

    fn writer(self, id: uuid::Uuid, schema: &SchemaRef) -> Result<Writer, Problem> {
        Ok(match self {
            Self::Json => Writer::Json { id, first: true },
            Self::Csv => Writer::Csv,
            Self::Arrow => {
                let writer = StreamWriter::try_new(Vec::new(), schema).map_err(Problem::internal)?;
                Writer::Arrow(Box::new(writer))
            }
        })
    }
}

/// Ends a stream after its first failure.
fn until_failure(
    stream: impl Stream<Item = Result<Bytes, Problem>> + Send + 'static,
) -> impl Stream<Item = Result<Bytes, Problem>> + Send + 'static {
    stream.scan(false, |failed, item| {
        let over = *failed;
        if let Err(problem) = &item {
            if !over {
                tracing::warn!(code = problem.code().as_str(), cause = problem.cause(), "an answer broke off");
            }
            *failed = true;
        }
        futures::future::ready((!over).then_some(item))
    })
}

enum Writer {
    Json { id: uuid::Uuid, first: bool },
    Csv,
    Arrow(Box<StreamWriter<Vec<u8>>>),
}

impl Writer {
    fn head(&mut self, schema: &SchemaRef, masked: &[Vec<Masked>]) -> Result<Bytes, Problem> {
        let mut out = Vec::new();
        match self {
            Self::Json { id, .. } => {
                let columns = serde_json::to_string(&ColumnItem::all(schema, masked)).map_err(Problem::internal)?;
                out.extend_from_slice(format!("{{\"query_id\":\"{id}\",\"columns\":{columns},\"rows\":[").as_bytes());
            }
            Self::Csv => csv::write_header(schema, &mut out),
            Self::Arrow(writer) => out = std::mem::take(writer.get_mut()),
        }
        Ok(out.into())
    }

    fn rows(&mut self, batch: RecordBatch) -> Result<Bytes, Problem> {
        let mut out = Vec::new();
        match self {
            Self::Json { first, .. } => {
                let batch = without_dictionaries(batch)?;
                json::write_rows(&batch, *first, &mut out)?;
                *first &= batch.num_rows() == 0;
            }
            Self::Csv => csv::write_rows(&without_dictionaries(batch)?, &mut out)?,
            Self::Arrow(writer) => {
                writer.write(&batch).map_err(Problem::internal)?;
                out = std::mem::take(writer.get_mut());
            }
        }
        Ok(out.into())
    }

    fn end(&mut self) -> Result<Bytes, Problem> {
        match self {
            Self::Json { .. } => Ok(Bytes::from_static(b"]}")),
            Self::Csv => Ok(Bytes::new()),
            Self::Arrow(writer) => {
                writer.finish().map_err(Problem::internal)?;
                Ok(std::mem::take(writer.get_mut()).into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accept(value: &'static str) -> Result<Form, Problem> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, value.parse().unwrap());
        Form::asked(&headers)
    }

    #[test]
    fn the_accept_header_chooses() {
        assert_eq!(Form::asked(&HeaderMap::new()).unwrap(), Form::Json);
        assert_eq!(accept("*/*").unwrap(), Form::Json);
        assert_eq!(accept("text/csv").unwrap(), Form::Csv);
        assert_eq!(accept("image/png, application/vnd.apache.arrow.stream;q=0.9").unwrap(), Form::Arrow);
        assert_eq!(accept("image/png").unwrap_err().code(), Code::InvalidValue);
    }

    #[tokio::test]
    async fn an_answer_that_fails_midway_breaks_off() {
        let array: arrow::array::ArrayRef = std::sync::Arc::new(arrow::array::Int32Array::from(vec![1]));
        let batch = RecordBatch::try_from_iter([("n", array)]).unwrap();
        let schema = batch.schema();
        let whole = futures::stream::iter([Ok(batch.clone()), Ok(batch.clone())]).boxed();
        let body = Form::Json.body(uuid::Uuid::nil(), &schema, &[], whole).unwrap();
        let bytes = axum::body::to_bytes(body, 10_000).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        assert!(text.ends_with(r#""columns":[{"name":"n","type":"integer"}],"rows":[[1],[1]]}"#), "{text}");
        for form in [Form::Json, Form::Csv, Form::Arrow] {
            let broken = futures::stream::iter([Ok(batch.clone()), Err(Problem::internal("x")), Ok(batch.clone())]);
            let body = form.body(uuid::Uuid::nil(), &schema, &[], broken.boxed()).unwrap();
            assert!(axum::body::to_bytes(body, 10_000).await.is_err(), "{form:?}");
        }
    }
}
