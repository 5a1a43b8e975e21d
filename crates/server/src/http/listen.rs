//! Connections for the HTTP door, plain or through TLS. A slow handshake holds up nobody else.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::serve::Listener;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, mpsc},
};
use tokio_rustls::TlsAcceptor;

use crate::{config::Limits, patient::Patient, postgres::Stream};

/// Longest handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Accepted connections, in the order they are ready.
pub struct Incoming {
    ready: mpsc::Receiver<(Box<dyn Stream>, SocketAddr)>,
    address: SocketAddr,
}

impl Incoming {
    /// Accepts on a socket, with TLS if there is any.
    ///
    /// # Errors
    /// If the socket has no address.
    pub fn new(listener: TcpListener, tls: Option<TlsAcceptor>, limits: &Limits) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let (sender, ready) = mpsc::channel(64);
        tokio::spawn(accept(listener, Welcome { tls, limits: limits.clone(), sender }));
        Ok(Self { ready, address })
    }
}

/// What becomes of a connection that was accepted.
#[derive(Clone)]
struct Welcome {
    tls: Option<TlsAcceptor>,
    limits: Limits,
    sender: mpsc::Sender<(Box<dyn Stream>, SocketAddr)>,
}

async fn accept(listener: TcpListener, welcome: Welcome) {
    let places = Arc::new(Semaphore::new(welcome.limits.http_connections));
    loop {
        let accepted = tokio::select! {
            () = welcome.sender.closed() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                let _ = stream.set_nodelay(true);
                match places.clone().try_acquire_owned() {
                    Err(_) => tracing::warn!("a connection was closed: too many are open"),
                    Ok(place) if welcome.tls.is_some() => _ = tokio::spawn(welcome.clone().greet(stream, peer, place)),
                    Ok(place) => welcome.admit(Box::new(stream), peer, place).await,
                }
            }
            // Out of file handles: waiting for one to come back beats spinning.
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

impl Welcome {
    async fn greet(self, stream: TcpStream, peer: SocketAddr, place: OwnedSemaphorePermit) {
        let Some(tls) = &self.tls else { return };
        if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, tls.accept(stream)).await {
            self.admit(Box::new(stream), peer, place).await;
        }
    }

    async fn admit(&self, stream: Box<dyn Stream>, peer: SocketAddr, place: OwnedSemaphorePermit) {
        let patient = Patient::new(stream, self.limits.patience).for_requests(self.limits.greeting, place);
        let patient: Box<dyn Stream> = Box::new(patient);
        let _ = self.sender.send((patient, peer)).await;
    }
}

impl Listener for Incoming {
    type Io = Box<dyn Stream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(connection) => connection,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}
