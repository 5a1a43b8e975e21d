//! One Postgres connection as frames: reading what clients send, writing what we answer.
//!
//! Reading is our own, because every message is bounded before it is buffered and decoded from its own bytes only:
//! no length or count that a client sends can make us allocate, panic or read into the next message. Writing uses
//! `pgwire`'s messages.

use std::io;

use bytes::{Buf, Bytes, BytesMut};
use model::{Problem, error::Code};
use pgwire::messages::PgWireBackendMessage;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// A stream to a client, plain or encrypted.
pub trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// Answers are sent when this many bytes wait.
const SEND_AT: usize = 64 << 10;

/// What the first packet of a connection asks for.
#[derive(Debug, PartialEq, Eq)]
pub enum Opening {
    /// TLS.
    Ssl,
    /// GSS encryption, which we do not offer.
    Gss,
    /// To end the statement of another connection.
    Cancel {
        /// Its process number.
        process: i32,
        /// Its secret.
        secret: Bytes,
    },
    /// A session.
    Start {
        /// Protocol major and minor version.
        version: (u16, u16),
        /// Parameters in order of appearance.
        parameters: Vec<(String, String)>,
    },
}

/// What a signed-in client sends.
#[derive(Debug, PartialEq, Eq)]
pub enum Message {
    /// A password; only while signing in.
    Password(String),
    /// Simple query.
    Query(Text),
    /// Extended query: a statement by name, its text, the types of its parameters.
    Parse {
        /// Name; empty for the unnamed one.
        name: String,
        /// Text.
        sql: Text,
        /// Type numbers; 0 means unspecified. Lost with the end of a text that was read past.
        types: Vec<u32>,
    },
    /// Values for a statement's parameters make a portal.
    Bind(Bind),
    /// What a statement or portal takes and gives.
    Describe(Target),
    /// Runs a portal.
    Execute {
        /// The portal.
        portal: String,
        /// At most so many rows; 0 means all.
        rows: usize,
    },
    /// Forgets a statement or portal.
    Close(Target),
    /// Sends what waits.
    Flush,
    /// Ends a series of extended messages.
    Sync,
    /// Ends the connection.
    Terminate,
    /// `COPY` data, which we never ask for.
    Copy,
    /// The fastpath call, which we do not offer.
    FunctionCall,
}

/// The text of statements. Of one that is far longer than any may be, only the beginning is kept: the rest is read past.
#[derive(Debug, PartialEq, Eq)]
pub struct Text {
    /// The text, or its beginning.
    pub kept: String,
    /// The message's bytes, if they were read past.
    pub past: Option<usize>,
}

impl From<String> for Text {
    fn from(kept: String) -> Self {
        Self { kept, past: None }
    }
}

/// How much clients may send.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Bytes of a message; a longer one ends the connection.
    pub message: usize,
    /// Bytes of a text of statements; one that is longer by [`BESIDE`] is read past.
    pub text: usize,
}

/// Bytes of a message beside its text: names, and the types of as many parameters as there may be.
const BESIDE: usize = 512 << 10;

/// Bytes kept of a text that is read past: as many as a statement is known by.
const HEAD: usize = 16 << 10;

/// A bind message.
#[derive(Debug, PartialEq, Eq)]
pub struct Bind {
    /// The portal it makes.
    pub portal: String,
    /// The statement it binds.
    pub statement: String,
    /// Formats of the values.
    pub formats: Vec<i16>,
    /// The values; `None` is NULL.
    pub values: Vec<Option<Bytes>>,
    /// Formats of the result.
    pub results: Vec<i16>,
}

/// A named statement or portal.
#[derive(Debug, PartialEq, Eq)]
pub enum Target {
    /// A statement.
    Statement(String),
    /// A portal.
    Portal(String),
}

/// A connection.
pub struct Wire {
    stream: Box<dyn Stream>,
    incoming: BytesMut,
    outgoing: BytesMut,
    past: Option<Past>,
}

/// A message that is being read past.
struct Past {
    message: Message,
    left: usize,
}

impl Wire {
    /// Frames over a stream.
    pub fn new(stream: Box<dyn Stream>) -> Self {
        Self { stream, incoming: BytesMut::new(), outgoing: BytesMut::new(), past: None }
    }

    /// Gives the stream back for the TLS handshake. `None` if bytes were sent ahead of it: they would be read as if
    /// they had been encrypted.
    pub fn into_plain(self) -> Option<Box<dyn Stream>> {
        // SECURITY: unencrypted bytes before the handshake are an injection (test `bytes_before_the_handshake_end_it`).
        self.incoming.is_empty().then_some(self.stream)
    }

    /// Reads the first packet, which has no type byte. `None` when the client is gone.
    ///
    /// # Errors
    /// `too-large` beyond `limit` bytes, `invalid-value` for no such packet, `internal` for a broken stream.
    pub async fn opening(&mut self, limit: usize) -> Result<Option<Opening>, Problem> {
        let Some(length) = self.length(0).await? else { return Ok(None) };
        let Some(body) = self.body(0, length, limit).await? else { return Ok(None) };
        decode_opening(body).map(Some)
    }

    /// Reads the next message. `None` when the client is gone. Safe to drop at any await.
    ///
    /// # Errors
    /// `too-large` beyond the bounds, `invalid-value` for no such message, `internal` for a broken stream.
    pub async fn next(&mut self, bounds: Bounds) -> Result<Option<Message>, Problem> {
        if self.past.is_none() {
            let Some(length) = self.length(1).await? else { return Ok(None) };
            let kind = self.incoming.first().copied().unwrap_or_default();
            if !matches!(kind, b'Q' | b'P') || length > bounds.message || length <= bounds.text.saturating_add(BESIDE) {
                let Some(body) = self.body(1, length, bounds.message).await? else { return Ok(None) };
                return decode(kind, body).map(Some);
            }
            let Some(head) = self.body_of(1, HEAD).await? else { return Ok(None) };
            self.past = Some(Past { message: decode_head(kind, head, length)?, left: length - 4 - HEAD });
        }
        while let Some(past) = &mut self.past {
            let here = past.left.min(self.incoming.len());
            self.incoming.advance(here);
            past.left -= here;
            if past.left == 0 {
                break;
            }
            self.incoming.reserve(SEND_AT);
            if self.stream.read_buf(&mut self.incoming).await.map_err(broken)? == 0 {
                return Ok(None);
            }
        }
        Ok(self.past.take().map(|past| past.message))
    }

    /// Resolves when the client is gone, reading ahead at most `limit` bytes; safe to drop at any await.
    pub async fn gone(&mut self, limit: usize) {
        while self.incoming.len() < limit {
            if !matches!(self.stream.read_buf(&mut self.incoming).await, Ok(count) if count > 0) {
                return;
            }
        }
        std::future::pending().await
    }

    /// Puts an answer into the buffer.
    ///
    /// # Errors
    /// `internal` for a message beyond the protocol's own bounds.
    pub fn put(&mut self, message: &PgWireBackendMessage) -> Result<(), Problem> {
        message.encode(&mut self.outgoing).map_err(Problem::internal)
    }

    /// The buffer of answers, for rows.
    pub fn buffer(&mut self) -> &mut BytesMut {
        &mut self.outgoing
    }

    /// Sends the buffer if it has grown large.
    ///
    /// # Errors
    /// `internal` for a broken stream.
    pub async fn relieve(&mut self) -> Result<(), Problem> {
        if self.outgoing.len() >= SEND_AT { self.flush().await } else { Ok(()) }
    }

    /// Sends the buffer.
    ///
    /// # Errors
    /// `internal` for a broken stream.
    pub async fn flush(&mut self) -> Result<(), Problem> {
        self.stream.write_all_buf(&mut self.outgoing).await.map_err(broken)?;
        self.stream.flush().await.map_err(broken)
    }

    /// Sends the buffer and closes.
    pub async fn close(&mut self) {
        if self.flush().await.is_ok() {
            let _ = self.stream.shutdown().await;
        }
    }

    /// The length field that follows `offset` bytes, once it is there.
    async fn length(&mut self, offset: usize) -> Result<Option<usize>, Problem> {
        if !self.fill(offset + 4).await? {
            return Ok(None);
        }
        let field =
            self.incoming.get(offset..offset + 4).and_then(|bytes| bytes.try_into().ok()).map(i32::from_be_bytes);
        match field.and_then(|length| usize::try_from(length).ok()) {
            Some(length) if length >= 4 => Ok(Some(length)),
            _ => Err(malformed()),
        }
    }

    async fn body(&mut self, offset: usize, length: usize, limit: usize) -> Result<Option<Bytes>, Problem> {
        // SECURITY: refused before it is buffered (test `a_large_startup_packet_is_refused_before_it_is_read`).
        if length > limit {
            return Err(Problem::new(Code::TooLarge, format!("the message has {length} bytes, the limit is {limit}")));
        }
        self.body_of(offset, length - 4).await
    }

    /// The first `count` bytes of a body, taken out.
    async fn body_of(&mut self, offset: usize, count: usize) -> Result<Option<Bytes>, Problem> {
        if !self.fill(offset + 4 + count).await? {
            return Ok(None);
        }
        self.incoming.advance(offset + 4);
        Ok(Some(self.incoming.split_to(count).freeze()))
    }

    async fn fill(&mut self, count: usize) -> Result<bool, Problem> {
        while self.incoming.len() < count {
            if self.stream.read_buf(&mut self.incoming).await.map_err(broken)? == 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// How many packets of a client the Postgres door reads from these bytes, before or after sign-in, until they end or do
/// not follow the protocol. For trying it with anything; nothing is answered.
pub fn wire_reads(bytes: &[u8], opening: bool) -> usize {
    /// As large as a message may be.
    const LIMIT: usize = 8 << 20;
    const BOUNDS: Bounds = Bounds { message: LIMIT, text: 1 << 20 };
    use futures::FutureExt as _;
    let mut wire = Wire::new(Box::new(tokio::io::join(io::Cursor::new(bytes.to_vec()), tokio::io::sink())));
    let mut count = 0;
    loop {
        // Bytes in memory are there at once.
        let read = if opening {
            wire.opening(LIMIT).now_or_never().map(|read| read.map(|packet| packet.is_some()))
        } else {
            wire.next(BOUNDS).now_or_never().map(|read| read.map(|packet| packet.is_some()))
        };
        match read {
            Some(Ok(true)) => count += 1,
            _ => return count,
        }
    }
}

fn broken(cause: io::Error) -> Problem {
    Problem::new(Code::Cancelled, "the connection is gone").with_sqlstate("08006").with_cause(cause)
}

fn malformed() -> Problem {
    Problem::new(Code::InvalidValue, "a message does not follow the protocol").with_sqlstate("08P01")
}

fn not_utf8() -> Problem {
    Problem::new(Code::InvalidValue, "a text is not valid UTF-8").with_sqlstate("22021")
}

/// A cursor over one message's own bytes.
struct Reader(Bytes);

impl Reader {
    fn text(&mut self) -> Result<String, Problem> {
        let end = self.0.iter().position(|byte| *byte == 0).ok_or_else(malformed)?;
        let bytes = self.0.split_to(end);
        self.0.advance(1);
        String::from_utf8(bytes.into()).map_err(|_| not_utf8())
    }

    fn i16(&mut self) -> Result<i16, Problem> {
        self.0.try_get_i16().map_err(|_| malformed())
    }

    fn i32(&mut self) -> Result<i32, Problem> {
        self.0.try_get_i32().map_err(|_| malformed())
    }

    fn formats(&mut self) -> Result<Vec<i16>, Problem> {
        let count = self.i16()?.cast_unsigned();
        (0..count).map(|_| self.i16()).collect()
    }

    fn value(&mut self) -> Result<Option<Bytes>, Problem> {
        match self.i32()? {
            -1 => Ok(None),
            length => {
                let length = usize::try_from(length).map_err(|_| malformed())?;
                if length > self.0.len() {
                    return Err(malformed());
                }
                Ok(Some(self.0.split_to(length)))
            }
        }
    }

    fn target(&mut self) -> Result<Target, Problem> {
        let kind = self.0.try_get_u8().map_err(|_| malformed())?;
        let name = self.text()?;
        match kind {
            b'S' => Ok(Target::Statement(name)),
            b'P' => Ok(Target::Portal(name)),
            _ => Err(malformed()),
        }
    }

    fn end<T>(self, value: T) -> Result<T, Problem> {
        if self.0.is_empty() { Ok(value) } else { Err(malformed()) }
    }
}

fn decode_opening(body: Bytes) -> Result<Opening, Problem> {
    let mut reader = Reader(body);
    match reader.i32()? {
        80_877_103 => reader.end(Opening::Ssl),
        80_877_104 => reader.end(Opening::Gss),
        80_877_102 => {
            let process = reader.i32()?;
            Ok(Opening::Cancel { process, secret: reader.0 })
        }
        version => {
            let version = version.cast_unsigned();
            let version = (u16::try_from(version >> 16).unwrap_or(0), u16::try_from(version & 0xffff).unwrap_or(0));
            let mut parameters = Vec::new();
            loop {
                let name = reader.text()?;
                if name.is_empty() {
                    break;
                }
                parameters.push((name, reader.text()?));
            }
            Ok(Opening::Start { version, parameters })
        }
    }
}

/// A message of which only the first bytes of the text are there; it has `length` bytes.
fn decode_head(kind: u8, head: Bytes, length: usize) -> Result<Message, Problem> {
    let mut reader = Reader(head);
    let name = if kind == b'P' { Some(reader.text()?) } else { None };
    // The text ends no earlier than the bytes of what may follow it begin.
    if reader.0.contains(&0) {
        return Err(malformed());
    }
    let kept = match std::str::from_utf8(&reader.0) {
        Ok(text) => text.to_owned(),
        // A character that is cut in two is left out.
        Err(cut) if cut.error_len().is_none() => {
            String::from_utf8_lossy(reader.0.get(..cut.valid_up_to()).unwrap_or_default()).into_owned()
        }
        Err(_) => return Err(not_utf8()),
    };
    let sql = Text { kept, past: Some(length) };
    Ok(match name {
        Some(name) => Message::Parse { name, sql, types: Vec::new() },
        None => Message::Query(sql),
    })
}

fn decode(kind: u8, body: Bytes) -> Result<Message, Problem> {
    let mut reader = Reader(body);
    let message = match kind {
        b'p' => Message::Password(reader.text()?),
        b'Q' => Message::Query(reader.text()?.into()),
        b'P' => {
            let (name, sql) = (reader.text()?, reader.text()?.into());
            let count = reader.i16()?.cast_unsigned();
            let types = (0..count).map(|_| reader.i32().map(i32::cast_unsigned)).collect::<Result<_, _>>()?;
            Message::Parse { name, sql, types }
        }
        b'B' => {
            let (portal, statement) = (reader.text()?, reader.text()?);
            let formats = reader.formats()?;
            let count = reader.i16()?.cast_unsigned();
            let values = (0..count).map(|_| reader.value()).collect::<Result<_, _>>()?;
            let results = reader.formats()?;
            Message::Bind(Bind { portal, statement, formats, values, results })
        }
        b'D' => Message::Describe(reader.target()?),
        b'E' => {
            let portal = reader.text()?;
            Message::Execute { portal, rows: usize::try_from(reader.i32()?).unwrap_or(0) }
        }
        b'C' => Message::Close(reader.target()?),
        b'H' => Message::Flush,
        b'S' => Message::Sync,
        b'X' => Message::Terminate,
        b'd' | b'c' | b'f' => return Ok(Message::Copy),
        b'F' => return Ok(Message::FunctionCall),
        _ => return Err(malformed()),
    };
    reader.end(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, body: &[u8]) -> Vec<u8> {
        let mut bytes = vec![kind];
        bytes.extend(i32::try_from(body.len() + 4).unwrap().to_be_bytes());
        bytes.extend(body);
        bytes
    }

    async fn read(bytes: Vec<u8>, limit: usize) -> Result<Option<Message>, Problem> {
        let (mut client, server) = tokio::io::duplex(1 << 20);
        client.write_all(&bytes).await.unwrap();
        drop(client);
        Wire::new(Box::new(server)).next(Bounds { message: limit, text: limit }).await
    }

    #[tokio::test]
    async fn messages_are_read_from_their_own_bytes() {
        assert_eq!(
            read(frame(b'Q', b"SELECT 1\0"), 100).await.unwrap(),
            Some(Message::Query("SELECT 1".to_owned().into()))
        );
        let bind = [b"p\0s\0".as_slice(), &[0, 1, 0, 1, 0, 2, 0, 0, 0, 1, b'x', 255, 255, 255, 255, 0, 0]].concat();
        let Some(Message::Bind(bind)) = read(frame(b'B', &bind), 100).await.unwrap() else { panic!("no bind") };
        assert_eq!((bind.formats, bind.values), (vec![1], vec![Some(Bytes::from_static(b"x")), None]));
    }

    #[tokio::test]
    async fn no_length_or_count_of_a_client_is_believed() {
        for body in [
            &b"no end"[..],
            b"p\0s\0\x00\x01",
            b"p\0s\0\x00\x00\x00\x01\x7f\xff\xff\xff",
            b"p\0s\0\x00\x00\xff\xff",
            b"p\0s\0\x00\x00\x00\x01\xff\xff\xff\xfe\x00\x00",
        ] {
            assert!(read(frame(b'B', body), 100).await.is_err(), "{body:?}");
        }
        assert!(read(frame(b'Q', b"a\0b"), 100).await.is_err());
        assert!(read(frame(b'Q', b"\xff\0"), 100).await.is_err());
        assert!(read(vec![b'Q', 255, 255, 255, 255], 100).await.is_err());
        assert_eq!(read(vec![b'Q', 0, 0, 0, 50], 100).await.unwrap(), None);
        assert!(read(frame(b'?', b""), 100).await.is_err());
    }

    #[tokio::test]
    async fn a_text_far_too_long_is_read_past_and_the_next_message_follows() {
        let bounds = Bounds { message: 8 << 20, text: 100 };
        let long = format!("SELECT '{}'", "\u{e4}".repeat(BESIDE));
        let query = [long.as_bytes(), b"\0"].concat();
        let parse = [b"name\0", long.as_bytes(), b"\0\0\0"].concat();
        let (mut client, server) = tokio::io::duplex(1000);
        let sent = [frame(b'Q', &query), frame(b'P', &parse), frame(b'S', b"")].concat();
        let sending = tokio::spawn(async move { client.write_all(&sent).await });
        let mut wire = Wire::new(Box::new(server));
        let mut dropped = 0;
        let mut next = async || loop {
            // As when something else ends the waiting.
            tokio::select! {
                biased;
                message = wire.next(bounds) => break message.unwrap().unwrap(),
                () = tokio::task::yield_now() => dropped += 1,
            }
        };
        let Message::Query(sql) = next().await else { panic!("no query") };
        assert_eq!(sql.past, Some(query.len() + 4));
        assert!(long.starts_with(&sql.kept) && sql.kept.len() > HEAD - 2, "{}", sql.kept.len());
        let Message::Parse { name, sql, types } = next().await else { panic!("no parse") };
        assert_eq!((name.as_str(), sql.past, types), ("name", Some(parse.len() + 4), vec![]));
        assert!(long.starts_with(&sql.kept));
        assert_eq!(next().await, Message::Sync);
        sending.await.unwrap().unwrap();
        assert!(dropped > 1000, "{dropped}");
        assert!(wire.incoming.capacity() <= BESIDE, "{}", wire.incoming.capacity());
        for body in [&[b"a\0b".as_slice(), &query].concat(), &[b"\xff".as_slice(), &query].concat()] {
            let mut wire = Wire::new(Box::new(tokio::io::join(io::Cursor::new(frame(b'Q', body)), tokio::io::sink())));
            assert!(wire.next(bounds).await.is_err());
        }
    }

    #[tokio::test]
    async fn a_large_startup_packet_is_refused_before_it_is_read() {
        let (mut client, server) = tokio::io::duplex(64);
        client.write_all(&(10_i32 << 20).to_be_bytes()).await.unwrap();
        // Nothing more was sent, and the client still waits: the refusal needs no further byte.
        let problem = Wire::new(Box::new(server)).opening(10_000).await.unwrap_err();
        assert_eq!(problem.code(), Code::TooLarge);
    }

    #[tokio::test]
    async fn bytes_before_the_handshake_end_it() {
        let (mut client, server) = tokio::io::duplex(64);
        client.write_all(&[0, 0, 0, 8, 4, 210, 22, 47, b'x']).await.unwrap();
        let mut wire = Wire::new(Box::new(server));
        assert_eq!(wire.opening(100).await.unwrap(), Some(Opening::Ssl));
        assert!(wire.into_plain().is_none());
    }
}
