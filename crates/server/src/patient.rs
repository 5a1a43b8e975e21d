//! A stream whose patience ends: with a client that takes nothing, and with one that does not get to the end of its first
//! request. Both doors stand behind it.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::OwnedSemaphorePermit,
    time::Sleep,
};

use crate::postgres::Stream;

/// What ends the head of an HTTP request.
const END_OF_HEAD: &[u8] = b"\r\n\r\n";

/// A stream with its place among those that are open at once.
pub struct Patient {
    stream: Box<dyn Stream>,
    patience: Duration,
    /// Runs while the client takes nothing.
    stalled: Option<Pin<Box<Sleep>>>,
    /// Runs until the head of the first request is there, with the part of its end that was seen.
    greeting: Option<(Pin<Box<Sleep>>, usize)>,
    _place: Option<OwnedSemaphorePermit>,
}

impl Patient {
    /// Gives up a client that takes nothing for so long.
    pub fn new(stream: Box<dyn Stream>, patience: Duration) -> Self {
        Self { stream, patience, stalled: None, greeting: None, _place: None }
    }

    /// And one that does not get to the end of the head of its first HTTP request in time; keeps its place until dropped.
    pub fn for_requests(self, greeting: Duration, place: OwnedSemaphorePermit) -> Self {
        Self { greeting: Some((Box::pin(tokio::time::sleep(greeting)), 0)), _place: Some(place), ..self }
    }

    fn taken<T>(&mut self, context: &mut Context<'_>, done: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if done.is_ready() {
            self.stalled = None;
            return done;
        }
        let patience = self.patience;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        match stalled.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client takes nothing"))),
            Poll::Pending => Poll::Pending,
        }
    }
}

/// How much of the end of a head was seen after these bytes; all of it once, and for good.
fn seen(before: usize, bytes: &[u8]) -> usize {
    bytes.iter().fold(before, |seen, byte| match seen {
        4 => 4,
        _ if END_OF_HEAD.get(seen) == Some(byte) => seen + 1,
        _ => usize::from(*byte == b'\r'),
    })
}

impl AsyncRead for Patient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let done = Pin::new(&mut *self.stream).poll_read(context, buffer);
        if let Some((deadline, so_far)) = &mut self.greeting {
            if done.is_ready() {
                *so_far = seen(*so_far, buffer.filled().get(before..).unwrap_or_default());
                if *so_far == END_OF_HEAD.len() {
                    self.greeting = None;
                }
            } else if deadline.as_mut().poll(context).is_ready() {
                return Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client asks nothing")));
            }
        }
        done
    }
}

impl AsyncWrite for Patient {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut *self.stream).poll_write(context, bytes);
        self.taken(context, done)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let done = Pin::new(&mut *self.stream).poll_flush(context);
        self.taken(context, done)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let done = Pin::new(&mut *self.stream).poll_shutdown(context);
        self.taken(context, done)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        sync::Semaphore,
    };

    use super::*;

    const SHORT: Duration = Duration::from_millis(50);
    const LONG: Duration = Duration::from_secs(600);

    #[tokio::test]
    async fn a_client_that_takes_nothing_is_given_up() {
        let (client, server) = tokio::io::duplex(16);
        let mut patient = Patient::new(Box::new(server), SHORT);
        let ended = patient.write_all(&[0; 64]).await.unwrap_err();
        assert_eq!(ended.kind(), io::ErrorKind::TimedOut);
        drop(client);
        // One that takes a little now and then is not.
        let (mut client, server) = tokio::io::duplex(16);
        let mut patient = Patient::new(Box::new(server), LONG);
        let (sent, read) = tokio::join!(patient.write_all(&[7; 64]), async { client.read_exact(&mut [0; 64]).await });
        assert!(sent.is_ok() && read.is_ok());
    }

    #[tokio::test]
    async fn a_head_that_does_not_end_is_given_up_and_its_place_is_free() {
        let places = Arc::new(Semaphore::new(1));
        for (text, ends) in [("GET / HTTP/1.1\r\nA: b\r\n", false), ("GET / HTTP/1.1\r\nA: b\r\n\r\n", true)] {
            let (mut client, server) = tokio::io::duplex(1_024);
            let place = places.clone().try_acquire_owned().unwrap();
            let mut patient = Patient::new(Box::new(server), LONG).for_requests(SHORT, place);
            client.write_all(text.as_bytes()).await.unwrap();
            let mut read = vec![0; text.len()];
            patient.read_exact(&mut read).await.unwrap();
            if ends {
                // Whoever has asked once may be silent: the next bytes come when they come.
                client.write_all(b"x").await.unwrap();
                assert_eq!(patient.read_u8().await.unwrap(), b'x');
                assert!(patient.greeting.is_none());
            } else {
                assert_eq!(patient.read_u8().await.unwrap_err().kind(), io::ErrorKind::TimedOut);
            }
        }
        assert_eq!(places.available_permits(), 1);
    }

    #[test]
    fn the_end_of_a_head_may_come_in_pieces() {
        assert_eq!(["GET /\r", "\n\r", "\nbody"].iter().fold(0, |so_far, part| seen(so_far, part.as_bytes())), 4);
        assert_eq!(seen(0, b"\r\n\r\r\n\r"), 3);
        assert_eq!(seen(0, b"\n\n\r\n"), 2);
    }
}
