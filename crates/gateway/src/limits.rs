//! Bounds on statements; every one has a default in `docs/reference/limits.md`.

use model::{Code, Problem};

/// Bounds on one statement and on one principal's statements together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest statement text in bytes.
    pub text: usize,
    /// Most tokens of one request.
    pub tokens: usize,
    /// Deepest nesting of brackets.
    pub nesting: usize,
    /// Most operators (`AND`, `+`, `UNION`, `JOIN` ...) of one statement.
    pub operators: usize,
    /// Most statements in one request.
    pub statements: usize,
    /// Memory of one statement in bytes; beyond it, sorting and hashing spill.
    pub statement_memory: usize,
    /// Memory of all statements of one principal in bytes.
    pub principal_memory: usize,
    /// Disk that one statement may spill to, in bytes.
    pub spill: u64,
    /// Longest time of one statement in seconds; `statement_timeout` may shorten it, never lengthen it.
    pub seconds: u64,
    /// Most rows of one answer.
    pub rows: u64,
    /// Most bytes of one answer, as Arrow holds it.
    pub bytes: u64,
    /// Most statements of one principal at once.
    pub concurrency: usize,
    /// Statements of one principal that are planned at once; others of it wait. Planning is work that cannot be stopped.
    pub planning: usize,
    /// Largest single text or list that a function may build, in bytes or elements.
    pub value: usize,
    /// Most rows of `generate_series`.
    pub series: i64,
    /// Rows per batch.
    pub batch_rows: usize,
    /// Threads that execute one principal's plans, and partitions of a scan; 0 means one for each core.
    pub threads: usize,
}

impl Limits {
    /// The refusal of a statement with so many bytes of text.
    pub fn too_long(&self, bytes: usize) -> Problem {
        Problem::new(Code::TooLarge, format!("the statement has {bytes} bytes, more than {}", self.text))
            .with_hint("load the values it lists as a product, and join them")
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            text: 1 << 20,
            tokens: 150_000,
            nesting: 100,
            operators: 1_000,
            statements: 100,
            statement_memory: 1 << 30,
            principal_memory: 2 << 30,
            spill: 16 << 30,
            seconds: 300,
            rows: 50_000_000,
            bytes: 16 << 30,
            concurrency: 32,
            planning: 2,
            value: 16 << 20,
            series: 10_000_000,
            batch_rows: 8_192,
            threads: 0,
        }
    }
}
