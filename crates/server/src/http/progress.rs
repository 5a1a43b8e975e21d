//! Long work with progress: NDJSON lines while it runs, or one JSON answer at the end.
//!
//! The work goes on when the caller leaves: a run is durable and a publication atomic.

use std::future::Future;

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures::StreamExt;
use model::Problem;
use pipeline::{Progress, Step};
use serde::Serialize;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::failure::Outcome;
use crate::problem;

const NDJSON: &str = "application/x-ndjson";

/// Lines that may wait for a slow reader; further steps in between are not told.
const WAITING: usize = 1_024;

/// Sends steps down a channel.
pub struct Lines(mpsc::Sender<Bytes>);

impl Progress for Lines {
    fn step(&self, step: &Step) {
        let _ = self.0.try_send(line(&serde_json::json!({"event": "progress", "step": step})));
    }
}

fn line(value: &serde_json::Value) -> Bytes {
    let mut text = value.to_string();
    text.push('\n');
    text.into()
}

/// Runs `work` to its end and answers in the form that the caller accepts.
///
/// # Errors
/// What the work met, unless lines were already sent: then the last line says it.
pub async fn answer<T, W, F>(headers: &HeaderMap, request_id: String, work: W) -> Outcome<Response>
where
    T: Serialize + Send + 'static,
    F: Future<Output = Result<T, Problem>>,
    W: FnOnce(Lines) -> F + Send + 'static,
{
    let (sender, mut lines) = mpsc::channel(WAITING);
    let last = sender.clone();
    // On a thread of its own: a run computes between its awaits, and what it holds need not move between threads.
    let handle = tokio::runtime::Handle::current();
    let mut task = tokio::task::spawn_blocking(move || handle.block_on(work(Lines(sender))));
    if !accepts_lines(headers) {
        drop((last, lines));
        let report = task.await.map_err(Problem::internal)??;
        return Ok(axum::Json(report).into_response());
    }
    // A refusal before the first step is an ordinary problem with its own status.
    let first = tokio::select! {
        biased;
        line = lines.recv() => line,
        done = &mut task => {
            let report = done.map_err(Problem::internal)??;
            let done = line(&serde_json::json!({"event": "done", "report": report}));
            let told = futures::stream::unfold(lines, |mut lines| async move { lines.try_recv().ok().map(|line| (line, lines)) });
            return Ok(respond(told.chain(futures::stream::iter([done]))));
        }
    };
    tokio::spawn(async move {
        let end = match task.await.map_err(Problem::internal).and_then(|done| done) {
            Ok(report) => serde_json::json!({"event": "done", "report": report}),
            Err(refusal) => {
                problem::log(&refusal, &request_id, "http");
                serde_json::json!({"event": "failed", "problem": problem::Body::of(&refusal, &request_id)})
            }
        };
        let _ = last.send(line(&end)).await;
    });
    Ok(respond(futures::stream::iter(first).chain(ReceiverStream::new(lines))))
}

fn respond(lines: impl futures::Stream<Item = Bytes> + Send + 'static) -> Response {
    let mut response = Response::new(Body::from_stream(lines.map(Ok::<_, std::convert::Infallible>)));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(NDJSON));
    response
}

fn accepts_lines(headers: &HeaderMap) -> bool {
    let accepts = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepts.flat_map(|value| value.split(',')).any(|kind| kind.split(';').next().unwrap_or("").trim() == NDJSON)
}

#[cfg(test)]
mod tests {
    use model::error::Code;
    use pipeline::{Phase, StepState};

    use super::*;

    fn step() -> Step {
        Step {
            name: "bronze.x".into(),
            phase: Phase::Ingest,
            state: StepState::Started,
            rows: None,
            rejected: None,
            millis: None,
            note: None,
        }
    }

    fn ndjson() -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static("application/x-ndjson"))])
    }

    async fn lines(response: Response) -> Vec<serde_json::Value> {
        let bytes = axum::body::to_bytes(response.into_body(), 100_000).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[tokio::test]
    async fn steps_come_before_the_report() {
        let response = answer(&ndjson(), "r".into(), |progress| async move {
            progress.step(&step());
            Ok(7)
        })
        .await
        .unwrap();
        let lines = lines(response).await;
        assert_eq!(lines[0]["step"]["name"], "bronze.x");
        assert_eq!(lines.last().unwrap(), &serde_json::json!({"event": "done", "report": 7}));
    }

    #[tokio::test]
    async fn a_failure_after_the_first_step_is_the_last_line() {
        let (go, wait) = tokio::sync::oneshot::channel::<()>();
        let response = answer::<u8, _, _>(&ndjson(), "r".into(), |progress| async move {
            progress.step(&step());
            let _ = wait.await;
            Err(Problem::new(Code::GateRefused, "no"))
        })
        .await
        .unwrap();
        go.send(()).unwrap();
        let lines = lines(response).await;
        assert_eq!(lines[1]["event"], "failed");
        assert_eq!(lines[1]["problem"]["code"], "gate-refused");
        assert_eq!(lines[1]["problem"]["request_id"], "r");
    }

    #[tokio::test]
    async fn a_refusal_before_the_first_step_is_a_problem() {
        let refused = || async { Err::<u8, _>(Problem::new(Code::NotAllowed, "no")) };
        for headers in [ndjson(), HeaderMap::new()] {
            let failure = answer(&headers, "r".into(), move |_| refused()).await.unwrap_err();
            assert_eq!(failure.0.code(), Code::NotAllowed);
        }
    }
}
