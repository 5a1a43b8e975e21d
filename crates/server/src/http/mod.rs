//! The HTTP door. One endpoint is one file, `<noun>/<verb>.rs`: its document, its handler, what it takes and gives.
//!
//! [`Routes::add`] is the only way to mount one, and it takes the endpoint's document and its rule along: so the OpenAPI
//! document is complete and every route has a rule, by construction.

mod access;
mod activity;
mod domains;
mod entitlements;
mod events;
mod extract;
mod failure;
mod files;
mod follows;
mod groups;
mod journal;
mod lineage;
mod listen;
mod page;
mod people;
mod products;
mod progress;
mod purposes;
mod queries;
mod query;
mod requests;
mod rule;
mod searches;
mod seen;
mod server;
mod tables;
mod tokens;
mod whoami;
mod work;

use std::{any::Any, collections::BTreeSet, net::SocketAddr, sync::Arc};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
    routing::{MethodFilter, MethodRouter, on},
};
use model::{Problem, error::Code};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::openapi::{
    OpenApi, OpenApiBuilder, RefOr, Schema,
    path::HttpMethod,
    security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
};

use crate::{console::OwnPolicy, new_request_id, problem, wiring::House};
use extract::RequestId;
use failure::{Failure, Outcome, render};
use rule::{AnyPrincipal, Anybody, Auditors, Commands, Keepers, OwnDesk, Plans, Queries, Rule};

pub use listen::Door;
pub use page::Cursors;
pub use rule::Caller;

/// The address a request came from.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// Routes with their documents.
pub struct Routes {
    house: House,
    router: Router<House>,
    document: OpenApi,
    body: usize,
    /// First segments of the mounted paths: an address beneath them is the API's, found or not.
    own: BTreeSet<String>,
}

impl Routes {
    fn new(house: House) -> Self {
        let info = utoipa::openapi::InfoBuilder::new()
            .title("Tessera")
            .version(env!("CARGO_PKG_VERSION"))
            .description(Some("The data mesh's own door: metadata, access, files, work, governed queries."))
            .build();
        let mut document = OpenApiBuilder::new().info(info).build();
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("tsr_...").build();
        let mut components = utoipa::openapi::Components::new();
        components.add_security_scheme("token", SecurityScheme::Http(scheme));
        document.components = Some(components);
        let body = house.limits.body;
        Self { house, router: Router::new(), document, body, own: BTreeSet::new() }
    }

    /// Mounts an endpoint: `P` is its document, `R` its rule.
    fn add<P: utoipa::Path + Schemas, R: Rule>(self, handler: Handler) -> Self {
        let body = self.body;
        self.add_with::<P, R>(handler, body)
    }

    /// Mounts an endpoint that takes bodies of another size.
    fn add_with<P: utoipa::Path + Schemas, R: Rule>(mut self, handler: Handler, body: usize) -> Self {
        let path = P::path();
        let methods = P::methods();
        let mut operation = P::operation();
        operation.operation_id = Some(name_of(&methods, &path));
        operation.tags = Some(<P as Schemas>::tags());
        operation.extensions =
            Some(utoipa::openapi::extensions::ExtensionsBuilder::new().add("x-rule", R::NAME).build());
        if R::action().is_some() {
            operation.security = Some(vec![SecurityRequirement::new("token", Vec::<String>::new())]);
        }
        let mut schemas = Vec::new();
        P::schemas(&mut schemas);
        if let Some(components) = &mut self.document.components {
            for (name, schema) in schemas {
                let before = components.schemas.insert(name.clone(), schema.clone());
                debug_assert!(before.is_none_or(|before| before == schema), "two schemas are called `{name}`");
            }
        }
        self.document.paths.add_path_operation(&path, methods.clone(), operation);
        let filter = methods.iter().map(filter_of).reduce(MethodFilter::or).unwrap_or(MethodFilter::GET);
        let route = (handler.0)(filter)
            .layer(DefaultBodyLimit::max(body))
            .layer(middleware::from_fn_with_state(self.house.clone(), rule::enter::<R>));
        self.router = self.router.route(&path, route);
        self.own.insert(first_segment(&path).to_owned());
        self
    }

    fn finish(self) -> (Router, OpenApi) {
        let document = self.document;
        let (house, own) = (self.house.clone(), Arc::new(self.own));
        let router = self
            .router
            .fallback(move |State(house): State<House>, request: Request| async move { beside(&house, &own, request) })
            .method_not_allowed_fallback(|| async {
                Failure(Problem::new(Code::NotFound, "there is nothing at this path for this method"))
            })
            .layer(CatchPanicLayer::custom(panicked))
            .layer(middleware::from_fn_with_state(house.clone(), finish))
            .with_state(house);
        (router, document)
    }
}

/// What is at a path that no endpoint has: a page of the console, or nothing.
fn beside(house: &House, own: &BTreeSet<String>, request: Request) -> Outcome<Response> {
    match &house.console {
        Some(console) if !own.contains(first_segment(request.uri().path())) => {
            Ok(console.answer(&request.into_parts().0)?)
        }
        _ => Err(Problem::new(Code::NotFound, "there is nothing at this path").into()),
    }
}

fn first_segment(path: &str) -> &str {
    path.split('/').find(|segment| !segment.is_empty()).unwrap_or_default()
}

/// A handler that waits for its method.
pub struct Handler(Box<dyn FnOnce(MethodFilter) -> MethodRouter<House>>);

/// Makes a [`Handler`] of a function.
fn handle<H, T>(handler: H) -> Handler
where
    H: axum::handler::Handler<T, House>,
    T: 'static,
{
    Handler(Box::new(move |filter| on(filter, handler)))
}

/// The schemas an endpoint's document refers to, and the groups it is listed in.
pub trait Schemas {
    /// Collects the schemas.
    fn schemas(into: &mut Vec<(String, RefOr<Schema>)>);

    /// The groups.
    fn tags() -> Vec<String>;
}

impl<P: utoipa::__dev::SchemaReferences + utoipa::__dev::Tags<'static>> Schemas for P {
    fn tags() -> Vec<String> {
        <P as utoipa::__dev::Tags<'static>>::tags().into_iter().map(str::to_owned).collect()
    }

    fn schemas(into: &mut Vec<(String, RefOr<Schema>)>) {
        <P as utoipa::__dev::SchemaReferences>::schemas(into);
    }
}

/// `GET /api/v1/domains/{domain}` is `get_domains_domain`.
fn name_of(methods: &[HttpMethod], path: &str) -> String {
    let method = methods.first().map_or_else(String::new, |method| format!("{:?}", MethodName(method)));
    let words = path.trim_start_matches("/api/v1").split(['/', '{', '}', '.', '-']).filter(|word| !word.is_empty());
    words.fold(method, |name, word| format!("{name}_{word}"))
}

struct MethodName<'a>(&'a HttpMethod);

impl std::fmt::Debug for MethodName<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.0 {
            HttpMethod::Get => "get",
            HttpMethod::Post => "post",
            HttpMethod::Put => "put",
            HttpMethod::Delete => "delete",
            HttpMethod::Options => "options",
            HttpMethod::Head => "head",
            HttpMethod::Patch => "patch",
            HttpMethod::Trace => "trace",
        })
    }
}

fn filter_of(method: &HttpMethod) -> MethodFilter {
    match method {
        HttpMethod::Get => MethodFilter::GET,
        HttpMethod::Post => MethodFilter::POST,
        HttpMethod::Put => MethodFilter::PUT,
        HttpMethod::Delete => MethodFilter::DELETE,
        HttpMethod::Options => MethodFilter::OPTIONS,
        HttpMethod::Head => MethodFilter::HEAD,
        HttpMethod::Patch => MethodFilter::PATCH,
        HttpMethod::Trace => MethodFilter::TRACE,
    }
}

/// The whole door: its router and its document.
pub fn door(house: House) -> (Router, OpenApi) {
    let files_body = house.limits.files_body;
    let routes = Routes::new(house.clone())
        .add::<server::health::__path_handle, Anybody>(handle(server::health::handle))
        .add::<server::ready::__path_handle, Anybody>(handle(server::ready::handle))
        .add::<server::metrics::__path_handle, Anybody>(handle(server::metrics::handle))
        .add::<server::openapi::__path_handle, Anybody>(handle(server::openapi::handle))
        .add::<whoami::show::__path_handle, AnyPrincipal>(handle(whoami::show::handle))
        .add::<domains::list::__path_handle, AnyPrincipal>(handle(domains::list::handle))
        .add::<domains::show::__path_handle, AnyPrincipal>(handle(domains::show::handle))
        .add::<tables::show::__path_handle, AnyPrincipal>(handle(tables::show::handle))
        .add::<tables::rejects::__path_handle, AnyPrincipal>(handle(tables::rejects::handle))
        .add::<products::list::__path_handle, AnyPrincipal>(handle(products::list::handle))
        .add::<products::show::__path_handle, AnyPrincipal>(handle(products::show::handle))
        .add::<products::contract::__path_handle, AnyPrincipal>(handle(products::contract::handle))
        .add::<products::sample::__path_handle, AnyPrincipal>(handle(products::sample::handle))
        .add::<products::quality::__path_handle, AnyPrincipal>(handle(products::quality::handle))
        .add::<products::access::__path_handle, AnyPrincipal>(handle(products::access::handle))
        .add::<products::lineage::__path_handle, AnyPrincipal>(handle(products::lineage::handle))
        .add::<products::usage::__path_handle, AnyPrincipal>(handle(products::usage::handle))
        .add::<products::activity::__path_handle, AnyPrincipal>(handle(products::activity::handle))
        .add::<events::stream::__path_handle, AnyPrincipal>(handle(events::stream::handle))
        .add::<lineage::trace::__path_handle, AnyPrincipal>(handle(lineage::trace::handle))
        .add::<lineage::impact::__path_handle, AnyPrincipal>(handle(lineage::impact::handle))
        .add::<access::who_can_read::__path_handle, AnyPrincipal>(handle(access::who_can_read::handle))
        .add::<access::what_can::__path_handle, AnyPrincipal>(handle(access::what_can::handle))
        .add::<access::explain::__path_handle, AnyPrincipal>(handle(access::explain::handle))
        .add::<products::dprod::__path_handle, AnyPrincipal>(handle(products::dprod::handle))
        .add::<products::diff::__path_handle, AnyPrincipal>(handle(products::diff::handle))
        .add::<products::versions::__path_handle, AnyPrincipal>(handle(products::versions::handle))
        .add::<requests::list::__path_handle, AnyPrincipal>(handle(requests::list::handle))
        .add::<requests::create::__path_handle, Commands>(handle(requests::create::handle))
        .add::<requests::show::__path_handle, AnyPrincipal>(handle(requests::show::handle))
        .add::<requests::sample::__path_handle, AnyPrincipal>(handle(requests::sample::handle))
        .add::<requests::decide::__path_handle, Commands>(handle(requests::decide::handle))
        .add::<requests::discuss::__path_handle, Commands>(handle(requests::discuss::handle))
        .add::<requests::withdraw::__path_handle, Commands>(handle(requests::withdraw::handle))
        .add::<purposes::list::__path_handle, AnyPrincipal>(handle(purposes::list::handle))
        .add::<entitlements::list::__path_handle, AnyPrincipal>(handle(entitlements::list::handle))
        .add::<entitlements::revoke::__path_handle, Commands>(handle(entitlements::revoke::handle))
        .add::<people::list::__path_handle, Keepers>(handle(people::list::handle))
        .add::<groups::list::__path_handle, Keepers>(handle(groups::list::handle))
        .add::<tokens::list::__path_handle, AnyPrincipal>(handle(tokens::list::handle))
        .add::<tokens::create::__path_handle, Commands>(handle(tokens::create::handle))
        .add::<tokens::revoke::__path_handle, Commands>(handle(tokens::revoke::handle))
        .add_with::<files::plan::__path_handle, Plans>(handle(files::plan::handle), files_body)
        .add_with::<files::apply::__path_handle, Commands>(handle(files::apply::handle), files_body)
        .add::<work::run::__path_handle, Commands>(handle(work::run::handle))
        .add::<work::publish::__path_handle, Commands>(handle(work::publish::handle))
        .add::<work::rollback::__path_handle, Commands>(handle(work::rollback::handle))
        .add::<work::declassify::__path_handle, Commands>(handle(work::declassify::handle))
        .add::<work::waive::__path_handle, Commands>(handle(work::waive::handle))
        .add::<journal::list::__path_handle, Auditors>(handle(journal::list::handle))
        .add::<journal::verify::__path_handle, Auditors>(handle(journal::verify::handle))
        .add::<activity::list::__path_handle, AnyPrincipal>(handle(activity::list::handle))
        .add::<queries::list::__path_handle, AnyPrincipal>(handle(queries::list::handle))
        .add::<queries::create::__path_handle, OwnDesk>(handle(queries::create::handle))
        .add::<queries::show::__path_handle, AnyPrincipal>(handle(queries::show::handle))
        .add::<queries::change::__path_handle, OwnDesk>(handle(queries::change::handle))
        .add::<queries::remove::__path_handle, OwnDesk>(handle(queries::remove::handle))
        .add::<follows::list::__path_handle, AnyPrincipal>(handle(follows::list::handle))
        .add::<follows::add::__path_handle, OwnDesk>(handle(follows::add::handle))
        .add::<follows::remove::__path_handle, OwnDesk>(handle(follows::remove::handle))
        .add::<searches::list::__path_handle, AnyPrincipal>(handle(searches::list::handle))
        .add::<searches::create::__path_handle, OwnDesk>(handle(searches::create::handle))
        .add::<searches::remove::__path_handle, OwnDesk>(handle(searches::remove::handle))
        .add::<query::run::__path_handle, Queries>(handle(query::run::handle))
        .add::<query::cancel::__path_handle, Queries>(handle(query::cancel::handle));
    let (router, document) = routes.finish();
    house.describe(&document);
    (router, document)
}

/// A panic of a handler as a failure like any other; its text stays with the panic hook.
fn panicked(_: Box<dyn Any + Send>) -> Response {
    Failure(Problem::internal("a handler panicked")).into_response()
}

/// The outermost layer: request id, failures rendered once, security headers, counters.
async fn finish(State(house): State<House>, mut request: Request, next: Next) -> Response {
    let id = new_request_id();
    request.extensions_mut().insert(RequestId(id.clone()));
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let failure = if house.is_draining() && !path.ends_with("z") {
        Err(Problem::new(Code::Draining, "the server is stopping"))
    } else {
        Ok(next.run(request).await)
    };
    let mut response = match failure {
        Ok(mut response) => match response.extensions_mut().remove::<Failure>() {
            Some(Failure(refusal)) => failed(&house, &refusal, &id),
            None if is_bare_failure(&response) => failed(&house, &by_status(response.status()), &id),
            None => response,
        },
        Err(refusal) => failed(&house, &refusal, &id),
    };
    secure(&mut response, &id);
    house.metrics.answered(response.status().as_u16());
    tracing::debug!(request_id = id, %method, status = response.status().as_u16(), "answered");
    response
}

fn failed(house: &House, refusal: &Problem, id: &str) -> Response {
    problem::log(refusal, id, "http");
    house.metrics.failed("http");
    render(refusal, id)
}

/// An error that the framework answered on its own.
fn is_bare_failure(response: &Response) -> bool {
    let status = response.status();
    status.is_client_error() || status.is_server_error()
}

fn by_status(status: StatusCode) -> Problem {
    match status {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => {
            Problem::new(Code::NotFound, "there is nothing at this path")
        }
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(Code::TooLarge, "the body is larger than this endpoint takes"),
        status if status.is_client_error() => Problem::new(Code::InvalidValue, "the request does not fit"),
        _ => Problem::internal("the framework failed a request"),
    }
}

/// Headers of every answer. But for the console's own files, nothing here is for a browser to interpret, frame, cache or
/// send on.
fn secure(response: &mut Response, id: &str) {
    const EVERY: [(HeaderName, &str); 4] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    const NO_PAGE: [(HeaderName, &str); 2] = [
        (header::CACHE_CONTROL, "no-store"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        ),
    ];
    let is_page = response.extensions_mut().remove::<OwnPolicy>().is_some();
    let headers = response.headers_mut();
    for (name, value) in EVERY.into_iter().chain(NO_PAGE.into_iter().filter(|_| !is_page)) {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert("x-request-id", id);
    }
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, routing::get};
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn a_panic_of_a_handler_is_an_internal_failure_and_the_door_stays_open() {
        async fn broken() -> &'static str {
            panic!("secret")
        }
        let router = Router::new()
            .route("/broken", get(broken))
            .route("/whole", get(|| async { "whole" }))
            .layer(CatchPanicLayer::custom(panicked));
        let call = |path: &str| {
            let request = Request::builder().uri(path).body(Body::empty()).unwrap();
            router.clone().oneshot(request)
        };
        let mut response = call("/broken").await.unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let Failure(problem) = response.extensions_mut().remove::<Failure>().unwrap();
        assert_eq!((problem.code(), problem.sqlstate()), (Code::Internal, "XX000"));
        assert!(!problem.to_string().contains("secret"));
        assert_eq!(call("/whole").await.unwrap().status(), StatusCode::OK);
    }
}
