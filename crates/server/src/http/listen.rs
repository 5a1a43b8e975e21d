//! Connections for the HTTP door, plain or through TLS. A slow handshake holds up nobody else.

use std::{io, net::SocketAddr, time::Duration};

use axum::serve::Listener;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc,
};
use tokio_rustls::TlsAcceptor;

use crate::postgres::Stream;

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
    pub fn new(listener: TcpListener, tls: Option<TlsAcceptor>) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let (sender, ready) = mpsc::channel(64);
        tokio::spawn(accept(listener, tls, sender));
        Ok(Self { ready, address })
    }
}

async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, sender: mpsc::Sender<(Box<dyn Stream>, SocketAddr)>) {
    loop {
        let accepted = tokio::select! {
            () = sender.closed() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                let _ = stream.set_nodelay(true);
                match tls.clone() {
                    None => {
                        let plain: Box<dyn Stream> = Box::new(stream);
                        let _ = sender.send((plain, peer)).await;
                    }
                    Some(tls) => _ = tokio::spawn(greet(tls, stream, peer, sender.clone())),
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

async fn greet(
    tls: TlsAcceptor,
    stream: TcpStream,
    peer: SocketAddr,
    sender: mpsc::Sender<(Box<dyn Stream>, SocketAddr)>,
) {
    if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, tls.accept(stream)).await {
        let encrypted: Box<dyn Stream> = Box::new(stream);
        let _ = sender.send((encrypted, peer)).await;
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
