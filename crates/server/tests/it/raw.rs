//! The extended Postgres protocol spoken byte by byte: what libraries hide (text results, portals in parts, parameters of
//! the startup message) is in a test's hands here.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// What a server that has nothing to compute answers within.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

/// A message of the server: its kind and its body.
#[derive(Debug, Clone)]
pub struct Message {
    pub kind: u8,
    pub body: Vec<u8>,
}

/// A refusal: its fields by letter (`C` the SQLSTATE, `M` the message, `D` detail, `H` hint).
#[derive(Debug, Clone, Default)]
pub struct Refused(pub Vec<(char, String)>);

impl Refused {
    /// A field, or nothing.
    pub fn field(&self, letter: char) -> &str {
        self.0.iter().find(|(known, _)| *known == letter).map_or("", |(_, text)| text)
    }

    /// Every field as one text.
    pub fn text(&self) -> String {
        self.0.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join("\n")
    }
}

/// Rows in the text format, with the numbers of their types.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    pub names: Vec<String>,
    pub kinds: Vec<u32>,
    pub rows: Vec<Vec<Option<String>>>,
    pub notices: Vec<String>,
}

/// A signed-in connection.
pub struct Raw {
    stream: TcpStream,
    pub notices: Vec<String>,
}

impl Raw {
    /// Signs in with parameters of the startup message.
    pub async fn connect(address: &str, parameters: &[(&str, &str)], password: &str) -> Result<Self, Refused> {
        let mut raw = Self { stream: TcpStream::connect(address).await.unwrap(), notices: vec![] };
        let mut body = 196_608_i32.to_be_bytes().to_vec();
        for (name, value) in parameters {
            text(&mut body, name);
            text(&mut body, value);
        }
        body.push(0);
        let length = i32::try_from(body.len() + 4).unwrap();
        raw.stream.write_all(&[&length.to_be_bytes()[..], &body].concat()).await.unwrap();
        loop {
            let message = raw.next().await;
            match message.kind {
                b'R' if message.body[..4] == 3_i32.to_be_bytes() => {
                    let mut body = vec![];
                    text(&mut body, password);
                    raw.send(b'p', &body).await;
                }
                b'E' => return Err(refused(&message.body)),
                b'Z' => return Ok(raw),
                _ => {}
            }
        }
    }

    /// Parse, bind, describe, execute in parts of `part` rows, sync; the rows as texts.
    pub async fn extended(&mut self, sql: &str, part: i32) -> Result<Rows, Refused> {
        self.bound(sql, &[], part).await
    }

    /// As [`Raw::extended`] with parameters as texts, as many as there are to be.
    pub async fn bound(&mut self, sql: &str, values: &[&str], part: i32) -> Result<Rows, Refused> {
        let mut parse = vec![0];
        parse.extend_from_slice(sql.as_bytes());
        parse.extend_from_slice(&[0, 0, 0]);
        self.send(b'P', &parse).await;
        // Every parameter and every result column as text.
        let mut bind = vec![0, 0, 0, 0];
        bind.extend_from_slice(&i16::try_from(values.len()).unwrap().to_be_bytes());
        for value in values {
            bind.extend_from_slice(&i32::try_from(value.len()).unwrap().to_be_bytes());
            bind.extend_from_slice(value.as_bytes());
        }
        bind.extend_from_slice(&[0, 1, 0, 0]);
        self.send(b'B', &bind).await;
        self.send(b'D', b"P\0").await;
        let mut rows = Rows::default();
        let mut failed = None;
        self.execute(part).await;
        loop {
            let message = self.next().await;
            match message.kind {
                b'T' => (rows.names, rows.kinds) = description(&message.body),
                b'D' => rows.rows.push(cells(&message.body)),
                b's' => self.execute(part).await,
                b'C' | b'I' => self.send(b'S', &[]).await,
                b'E' => {
                    failed = Some(refused(&message.body));
                    self.send(b'S', &[]).await;
                }
                b'Z' => break,
                _ => {}
            }
        }
        rows.notices = std::mem::take(&mut self.notices);
        match failed {
            Some(refused) => Err(refused),
            None => Ok(rows),
        }
    }

    /// A simple query whose text need not be UTF-8: how it failed, if it did.
    pub async fn simple(&mut self, sql: &[u8]) -> Option<Refused> {
        self.send(b'Q', &[sql, &[0]].concat()).await;
        let mut failed = None;
        loop {
            let Some(message) = self.try_next().await else { return failed };
            match message.kind {
                b'E' => failed = Some(refused(&message.body)),
                b'Z' => return failed,
                _ => {}
            }
        }
    }

    async fn execute(&mut self, part: i32) {
        let mut body = vec![0];
        body.extend_from_slice(&part.to_be_bytes());
        self.send(b'E', &body).await;
        self.send(b'H', &[]).await;
    }

    async fn send(&mut self, kind: u8, body: &[u8]) {
        let length = i32::try_from(body.len() + 4).unwrap();
        self.stream.write_all(&[&[kind][..], &length.to_be_bytes(), body].concat()).await.unwrap();
    }

    async fn next(&mut self) -> Message {
        let wait = tokio::time::timeout(PATIENCE, self.try_next()).await;
        wait.expect("an answer was held back").expect("the server closed the connection")
    }

    /// The next message that is no notice; `None` when the connection is over.
    async fn try_next(&mut self) -> Option<Message> {
        loop {
            let mut head = [0; 5];
            self.stream.read_exact(&mut head).await.ok()?;
            let length = i32::from_be_bytes([head[1], head[2], head[3], head[4]]);
            let mut body = vec![0; usize::try_from(length - 4).unwrap()];
            self.stream.read_exact(&mut body).await.ok()?;
            if head[0] != b'N' {
                return Some(Message { kind: head[0], body });
            }
            self.notices.push(refused(&body).text());
        }
    }
}

fn text(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
    out.push(0);
}

fn take_text<'a>(body: &mut &'a [u8]) -> &'a str {
    let end = body.iter().position(|byte| *byte == 0).unwrap();
    let text = std::str::from_utf8(&body[..end]).unwrap();
    *body = &body[end + 1..];
    text
}

fn take_number<const N: usize>(body: &mut &[u8]) -> [u8; N] {
    let (number, rest) = body.split_first_chunk::<N>().unwrap();
    *body = rest;
    *number
}

fn refused(mut body: &[u8]) -> Refused {
    let mut fields = vec![];
    while body[0] != 0 {
        let letter = char::from(body[0]);
        body = &body[1..];
        fields.push((letter, take_text(&mut body).to_owned()));
    }
    Refused(fields)
}

fn description(mut body: &[u8]) -> (Vec<String>, Vec<u32>) {
    let count = i16::from_be_bytes(take_number(&mut body));
    (0..count)
        .map(|_| {
            let name = take_text(&mut body).to_owned();
            let _: [u8; 6] = take_number(&mut body);
            let kind = u32::from_be_bytes(take_number(&mut body));
            let _: [u8; 6] = take_number(&mut body);
            let format = i16::from_be_bytes(take_number(&mut body));
            assert_eq!(format, 0, "text was asked for");
            (name, kind)
        })
        .unzip()
}

fn cells(mut body: &[u8]) -> Vec<Option<String>> {
    let count = i16::from_be_bytes(take_number(&mut body));
    (0..count)
        .map(|_| {
            let length = usize::try_from(i32::from_be_bytes(take_number(&mut body))).ok()?;
            let (cell, rest) = body.split_at(length);
            body = rest;
            Some(String::from_utf8(cell.to_vec()).unwrap())
        })
        .collect()
}
