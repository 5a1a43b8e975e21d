//! The Postgres door: wire protocol 3.0 with our own handlers over `pgwire`'s messages.
//!
//! One connection is one principal. Its token is checked again before every statement and every resumed portal; nothing
//! is planned once and run later under older rights. Not for SQL: what a statement is and may do is the gateway's.

mod array;
mod cancel;
mod connection;
mod encode;
mod extended;
mod numeric;
mod parameter;
#[cfg(test)]
mod reference;
mod respond;
mod seats;
mod startup;
mod statement;
mod types;
mod wire;

use std::sync::Arc;

use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinSet,
};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use crate::{patient::Patient, wiring::House};
use cancel::Cancels;
use seats::Seats;
pub use wire::{Stream, wire_reads};

/// The door: what every connection shares.
pub struct Door {
    house: House,
    tls: Option<TlsAcceptor>,
    cancels: Cancels,
    /// Places for those who sign in: whoever does not get through takes none from those who did.
    signing_in: Arc<Semaphore>,
    seats: Seats,
    stop: CancellationToken,
}

impl Door {
    /// A door to a house.
    pub fn new(house: House, tls: Option<TlsAcceptor>, stop: CancellationToken) -> Arc<Self> {
        let signing_in = Arc::new(Semaphore::new(house.limits.signing_in));
        let seats = Seats::new(&house.limits);
        Arc::new(Self { house, tls, cancels: Cancels::default(), signing_in, seats, stop })
    }

    /// Takes connections until told to stop, then waits for those that are open.
    pub async fn serve(self: Arc<Self>, listener: TcpListener) {
        let mut open = JoinSet::new();
        loop {
            tokio::select! {
                () = self.stop.cancelled() => break,
                Some(_) = open.join_next(), if !open.is_empty() => {}
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => {
                        let door = self.clone();
                        open.spawn(async move { door.connect(stream).await });
                    }
                    // Out of file handles: waiting for one to come back beats spinning.
                    Err(error) => {
                        tracing::warn!(%error, "a connection could not be accepted");
                        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                    }
                },
            }
        }
        drop(listener);
        while open.join_next().await.is_some() {}
    }

    async fn connect(self: Arc<Self>, stream: TcpStream) {
        let Ok(peer) = stream.peer_addr() else { return };
        let _ = stream.set_nodelay(true);
        let Ok(place) = self.signing_in.clone().try_acquire_owned() else {
            tracing::warn!("a connection was closed: too many are signing in");
            return;
        };
        let limit = self.house.limits.sign_in;
        let stream = Patient::new(Box::new(stream), self.house.limits.patience);
        let begun = tokio::time::timeout(limit, startup::begin(&self, stream, peer)).await;
        drop(place);
        if let Ok(Some(connection)) = begun {
            self.house.metrics.postgres_opened();
            connection.run().await;
            self.house.metrics.postgres_closed();
        }
    }
}
