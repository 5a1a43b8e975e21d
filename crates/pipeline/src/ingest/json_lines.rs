//! JSON lines into text columns: one object a line, columns are the union of the keys. Text stays as it is, numbers and
//! booleans as written, nested values as their JSON text. A line that is no object is set aside.
//!
//! Lines are read by one thread, in blocks, and parsed by as many as there are processors; what comes of the blocks is
//! handed on in their order. Each block has the columns whose keys it holds: the log puts them together.

use std::{
    collections::{HashMap, VecDeque},
    io::{BufRead as _, BufReader, Read as _},
    ops::Range,
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
};

use arrow::{
    array::{ArrayBuilder as _, ArrayRef, Int64Array, RecordBatch, StringBuilder},
    datatypes::{DataType, Field, Schema},
};
use model::{Code, Problem, column::bronze_headers};

use super::{
    find::Found,
    json_object::{Pair, pairs, text_of},
    rows::{Emit, LINE, MOST_COLUMNS, Piece, Reject, batch_of, rejected},
    unpack::{RowEnd, Unpacked, failed},
};
use crate::pipeline::Limits;

/// Bytes of a block, unless one line is longer.
const BLOCK: usize = 2 << 20;
/// Most threads that parse.
const MOST_WORKERS: usize = 8;
/// Blocks with new keys after which all keys of the file are looked up first: each begins another file.
const MOST_SHAPES: u32 = 16;

/// Reads a file from its start to its end. Gives what people should know.
///
/// # Errors
/// `source-unavailable` when it cannot be read, `too-large`, or what `emit` refuses.
pub(crate) fn read(found: &Found, limits: &Limits, emit: Emit<'_>) -> Result<Vec<String>, Problem> {
    let mut rows = Rows { found, keys: Keys::default(), names: Vec::new(), shapes: 0, emitted: false };
    let mut taken = 0_u64;
    let mut lines = in_order(found, limits, Block::parse, &mut |parsed| {
        taken += 1;
        rows.take(parsed, emit)
    })?;
    if lines.is_none() {
        // Keys come and go: which there are is found out at once instead of file by file.
        in_order(found, limits, Block::keys, &mut |keys| rows.know(&keys).map(|()| Next::GoOn))?;
        rows.shape(emit)?;
        let mut passed = 0_u64;
        lines = in_order(found, limits, Block::parse, &mut |parsed| {
            passed += 1;
            if passed > taken { rows.take(parsed, emit).map(|_| Next::GoOn) } else { Ok(Next::GoOn) }
        })?;
    }
    if lines == Some(0) {
        return Ok(vec![format!("`{}` is empty", found.path)]);
    }
    if !rows.emitted {
        rows.shape(emit)?;
    }
    Ok(Vec::new())
}

/// Whether the next block is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    GoOn,
    Stop,
}

/// Reads blocks and hands on what each comes to, in their order. Gives how many lines there are; `None` if it was stopped.
/// One file is read by one such call at a time: they share where in it they are.
fn in_order<T: Send>(
    found: &Found,
    limits: &Limits,
    work: fn(&Block) -> T,
    then: &mut dyn FnMut(T) -> Result<Next, Problem>,
) -> Result<Option<u64>, Problem> {
    let workers = thread::available_parallelism().map_or(1, usize::from).min(MOST_WORKERS);
    let mut lines = Lines::open(found, limits)?;
    let (sender, receiver) = mpsc::channel::<(Block, mpsc::SyncSender<T>)>();
    let receiver = Mutex::new(receiver);
    thread::scope(|scope| {
        // The sender goes with this closure, and with it the workers.
        let sender = sender;
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let next = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok((block, done)) = next else { return };
                    // Whoever waited for it may have given up.
                    let _ = done.send(work(&block));
                }
            });
        }
        let lost = || Problem::internal("a thread that parsed lines ended before its work");
        let mut waiting: VecDeque<mpsc::Receiver<T>> = VecDeque::new();
        loop {
            let block = lines.block()?;
            let is_end = block.is_none();
            if let Some(block) = block {
                let (done, is_done) = mpsc::sync_channel(1);
                sender.send((block, done)).map_err(|_| lost())?;
                waiting.push_back(is_done);
            }
            while waiting.len() > if is_end { 0 } else { workers + 1 } {
                let Some(oldest) = waiting.pop_front() else { break };
                if then(oldest.recv().map_err(|_| lost())?)? == Next::Stop {
                    return Ok(None);
                }
            }
            if is_end {
                return Ok(Some(lines.number));
            }
        }
    })
}

/// Keys in the order of their first appearance.
#[derive(Debug, Default)]
struct Keys {
    places: HashMap<String, usize>,
    all: Vec<String>,
}

impl Keys {
    /// The place of a key; `likely` is where it was in the line before.
    fn place(&mut self, key: &str, likely: usize) -> usize {
        if self.all.get(likely).is_some_and(|known| known == key) {
            return likely;
        }
        if let Some(place) = self.places.get(key) {
            return *place;
        }
        let place = self.all.len();
        self.places.insert(key.to_owned(), place);
        self.all.push(key.to_owned());
        place
    }
}

/// What is handed on.
struct Rows<'a> {
    found: &'a Found,
    keys: Keys,
    /// What bronze calls them.
    names: Vec<String>,
    /// Blocks that brought new keys.
    shapes: u32,
    emitted: bool,
}

impl Rows<'_> {
    /// Hands on a block; stops where new keys came so often that all should be looked up first.
    fn take(&mut self, parsed: Parsed, emit: Emit<'_>) -> Result<Next, Problem> {
        let Parsed { keys, columns, lines, rejected } = parsed;
        if !rejected.is_empty() {
            emit(Piece::Rejected(batch_of(&rejected)?))?;
        }
        if lines.is_empty() {
            return Ok(Next::GoOn);
        }
        let known = self.keys.all.len();
        let places: Vec<usize> = keys.all.iter().enumerate().map(|(index, key)| self.keys.place(key, index)).collect();
        let is_new = self.keys.all.len() > known;
        self.name()?;
        let name = |place: &usize| self.names.get(*place).map_or("", String::as_str);
        let mut fields: Vec<Field> = places.iter().map(|place| Field::new(name(place), DataType::Utf8, true)).collect();
        fields.push(Field::new(LINE, DataType::Int64, false));
        let columns = columns.into_iter().chain([Arc::new(lines) as ArrayRef]).collect();
        let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).map_err(Problem::internal)?;
        self.emitted = true;
        emit(Piece::Rows(batch))?;
        self.shapes += u32::from(is_new);
        Ok(if is_new && self.shapes == MOST_SHAPES { Next::Stop } else { Next::GoOn })
    }

    /// Notes further keys.
    fn know(&mut self, keys: &Keys) -> Result<(), Problem> {
        for (index, key) in keys.all.iter().enumerate() {
            self.keys.place(key, index);
        }
        self.name()
    }

    /// Names every key: a name depends on the keys before it only, so none changes.
    fn name(&mut self) -> Result<(), Problem> {
        if self.keys.all.len() > MOST_COLUMNS {
            return Err(Problem::new(
                Code::TooLarge,
                format!("the source file `{}` has more than {MOST_COLUMNS} different keys", self.found.path),
            )
            .with_hint("put what varies into one nested object: it lands as JSON text"));
        }
        if self.names.len() < self.keys.all.len() {
            self.names = bronze_headers(self.keys.all.iter().map(String::as_str));
        }
        Ok(())
    }

    /// Hands on the columns alone.
    fn shape(&mut self, emit: Emit<'_>) -> Result<(), Problem> {
        let mut fields: Vec<Field> = self.names.iter().map(|name| Field::new(name, DataType::Utf8, true)).collect();
        fields.push(Field::new(LINE, DataType::Int64, false));
        self.emitted = true;
        emit(Piece::Rows(RecordBatch::new_empty(Arc::new(Schema::new(fields)))))
    }
}

/// Whole lines of a file.
#[derive(Debug, Default)]
struct Block {
    bytes: Vec<u8>,
    /// Where each is, without its end, and its number.
    lines: Vec<(u64, Range<usize>)>,
}

/// What a block comes to.
#[derive(Debug)]
struct Parsed {
    keys: Keys,
    /// The values by key; NULL where a row has none.
    columns: Vec<ArrayRef>,
    /// The number of each row's line.
    lines: Int64Array,
    rejected: Vec<Reject>,
}

impl Block {
    fn parse(&self) -> Parsed {
        let mut keys = Keys::default();
        let mut columns: Vec<StringBuilder> = Vec::new();
        let mut lines: Vec<i64> = Vec::with_capacity(self.lines.len());
        let mut rejected_rows = Vec::new();
        let mut row: Vec<Pair<'_>> = Vec::new();
        let mut places: Vec<usize> = Vec::new();
        for (number, line) in self.filled() {
            let told = pairs(line, &mut row).and_then(|()| {
                places.clear();
                places.extend(row.iter().enumerate().map(|(index, pair)| keys.place(&pair.key, index)));
                columns.resize_with(keys.all.len(), StringBuilder::new);
                twice(&places, &row)
            });
            if let Err(reason) = told {
                rejected_rows.push(rejected(number, line, reason));
                continue;
            }
            for (place, pair) in places.iter().zip(&row) {
                let Some(column) = columns.get_mut(*place) else { continue };
                column.append_nulls(lines.len().saturating_sub(column.len()));
                match text_of(pair.value) {
                    Some(text) => column.append_value(text),
                    None => column.append_null(),
                }
            }
            lines.push(i64::try_from(number).unwrap_or(i64::MAX));
        }
        let finish = |mut column: StringBuilder| {
            column.append_nulls(lines.len().saturating_sub(column.len()));
            Arc::new(column.finish()) as ArrayRef
        };
        Parsed {
            keys,
            columns: columns.into_iter().map(finish).collect(),
            lines: lines.into(),
            rejected: rejected_rows,
        }
    }

    fn keys(&self) -> Keys {
        let (mut keys, mut row) = (Keys::default(), Vec::new());
        for (_, line) in self.filled() {
            if pairs(line, &mut row).is_ok() {
                for (index, pair) in row.iter().enumerate() {
                    keys.place(&pair.key, index);
                }
            }
        }
        keys
    }

    /// The lines that are not blank, with their numbers.
    fn filled(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let lines = self.lines.iter().map(|(number, line)| (*number, self.bytes.get(line.clone()).unwrap_or_default()));
        lines.filter(|(_, line)| !line.iter().all(u8::is_ascii_whitespace))
    }
}

/// A key that comes twice is an error: which value would count?
fn twice(places: &[usize], row: &[Pair<'_>]) -> Result<(), String> {
    // Most often the keys come in the order of the line before, and then none comes twice.
    if places.is_sorted_by(|one, next| one < next) {
        return Ok(());
    }
    let mut seen = std::collections::HashSet::new();
    let again = places.iter().zip(row).find(|(place, _)| !seen.insert(**place));
    again.map_or(Ok(()), |(_, pair)| Err(format!("has the key `{}` twice", pair.key.escape_debug())))
}

/// The lines of a file, each bounded.
struct Lines<'a> {
    found: &'a Found,
    limits: &'a Limits,
    reader: BufReader<Unpacked>,
    row_end: RowEnd,
    number: u64,
}

impl<'a> Lines<'a> {
    fn open(found: &'a Found, limits: &'a Limits) -> Result<Self, Problem> {
        let (bytes, row_end) =
            Unpacked::open(&found.file, &found.path, limits).map_err(|error| failed(&found.path, &error, limits))?;
        let reader = BufReader::with_capacity(1 << 17, bytes);
        Ok(Self { found, limits, reader, row_end, number: 0 })
    }

    /// Reads the next lines; none at the end.
    fn block(&mut self) -> Result<Option<Block>, Problem> {
        let mut block = Block { bytes: Vec::with_capacity(BLOCK + (BLOCK >> 3)), lines: Vec::new() };
        while block.bytes.len() < BLOCK && self.advance(&mut block)? {}
        Ok(Some(block).filter(|block| !block.lines.is_empty()))
    }

    /// Reads one more line; false at the end.
    fn advance(&mut self, block: &mut Block) -> Result<bool, Problem> {
        let mut start = block.bytes.len();
        let limit = self.limits.source_row as u64 + 1;
        let wrong = |error: &std::io::Error| failed(&self.found.path, error, self.limits);
        let read =
            self.reader.by_ref().take(limit).read_until(b'\n', &mut block.bytes).map_err(|error| wrong(&error))?;
        if read as u64 == limit && block.bytes.last() != Some(&b'\n') {
            return Err(wrong(&std::io::Error::other("one row is longer than the limit")));
        }
        self.row_end.reached();
        if read == 0 {
            return Ok(false);
        }
        self.number += 1;
        let line = block.bytes.get(start..).unwrap_or_default();
        let ends = line.iter().rev().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
        if self.number == 1 && line.starts_with(b"\xef\xbb\xbf") {
            start += 3;
        }
        block.lines.push((self.number, start..block.bytes.len() - ends));
        Ok(true)
    }
}
