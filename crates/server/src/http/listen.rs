//! Connections for the HTTP door, plain or through TLS, and how long each may take. A slow one holds up nobody else.

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::ConnectInfo};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;
use tower_http::timeout::TimeoutBody;

use super::{Peer, extract::BodyWithin};
use crate::{config::Limits, patient::Patient, postgres::Stream};

/// Longest handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// What every connection needs.
#[derive(Clone)]
pub struct Door {
    router: Router,
    tls: Option<TlsAcceptor>,
    limits: Limits,
    stop: CancellationToken,
}

impl Door {
    /// A door to these routes, until it is told to stop.
    pub fn new(router: Router, tls: Option<TlsAcceptor>, limits: Limits, stop: CancellationToken) -> Self {
        Self { router, tls, limits, stop }
    }

    /// Accepts until the door stops, then waits for the requests under way.
    pub async fn serve(self, listener: TcpListener) {
        let places = Arc::new(Semaphore::new(self.limits.http_connections));
        let open = GracefulShutdown::new();
        while let Some(accepted) = self.stop.run_until_cancelled(listener.accept()).await {
            match accepted {
                Ok((stream, peer)) => match places.clone().try_acquire_owned() {
                    Err(_) => tracing::warn!("a connection was closed: too many are open"),
                    Ok(place) => _ = tokio::spawn(self.clone().attend(stream, peer, place, open.watcher())),
                },
                // Out of file handles: waiting for one to come back beats spinning.
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
        drop(listener);
        open.shutdown().await;
    }

    /// One connection from its handshake to its end; it keeps its place that long.
    async fn attend(self, stream: TcpStream, peer: SocketAddr, _place: OwnedSemaphorePermit, watcher: Watcher) {
        let _ = stream.set_nodelay(true);
        let Some(stream) = self.stop.run_until_cancelled(self.greet(stream)).await.flatten() else { return };
        let stream = TokioIo::new(Patient::new(stream, self.limits.patience));
        let (router, patience, sending) = (self.router, self.limits.patience, self.limits.sending);
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let mut request = request.map(|body| Body::new(TimeoutBody::new(patience, body)));
            request.extensions_mut().insert(ConnectInfo(Peer(peer)));
            request.extensions_mut().insert(BodyWithin(sending));
            let router = router.clone();
            async move { Ok::<_, Infallible>(router.oneshot(request).await.unwrap_or_else(|never| match never {})) }
        });
        // SECURITY: the time to the end of a head runs while nothing is asked, too
        // (tests `a_request_that_does_not_come_is_not_waited_for`, `whoever_asks_no_more_gives_up_the_place`).
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.asking)
            .serve_connection(stream, service);
        if let Err(error) = watcher.watch(connection).await {
            tracing::debug!(%error, "a connection ended");
        }
    }

    async fn greet(&self, stream: TcpStream) -> Option<Box<dyn Stream>> {
        match &self.tls {
            None => Some(Box::new(stream)),
            Some(tls) => match tokio::time::timeout(HANDSHAKE, tls.accept(stream)).await {
                Ok(Ok(stream)) => Some(Box::new(stream)),
                _ => None,
            },
        }
    }
}
