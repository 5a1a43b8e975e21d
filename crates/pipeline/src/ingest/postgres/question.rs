//! What is asked of a database: the columns of a table or query, each as a type that bronze holds, and from where on.
//!
//! Columns are named by position inside the statement (`c1`, `c2`), so no name of the source gets into it.

use std::fmt::Write as _;

use model::{
    Code, Digest, Problem,
    column::{ColumnType, Field, bronze_headers},
    files::source::postgres::PostgresTable,
    suggest,
};
use tokio_postgres::types::Type;

use super::{connect::Snapshot, fault::Place};

/// How a column is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Boolean,
    Integer,
    Number,
    /// Asked for as text: the binary form has no fixed width.
    Decimal {
        precision: u8,
        scale: u8,
    },
    Text,
    Date,
    /// A time without a zone is read as UTC.
    Timestamp {
        has_zone: bool,
    },
    Binary,
}

impl Kind {
    fn of(kind: &Type, modifier: i32) -> Self {
        match *kind {
            Type::BOOL => Self::Boolean,
            Type::INT2 | Type::INT4 | Type::INT8 => Self::Integer,
            Type::FLOAT4 | Type::FLOAT8 => Self::Number,
            Type::NUMERIC => decimal(modifier).unwrap_or(Self::Text),
            Type::DATE => Self::Date,
            Type::TIMESTAMP => Self::Timestamp { has_zone: false },
            Type::TIMESTAMPTZ => Self::Timestamp { has_zone: true },
            Type::BYTEA => Self::Binary,
            _ => Self::Text,
        }
    }

    /// The type that the database gives it in.
    pub(super) fn given(self) -> Type {
        match self {
            Self::Boolean => Type::BOOL,
            Self::Integer => Type::INT8,
            Self::Number => Type::FLOAT8,
            Self::Decimal { .. } | Self::Text => Type::TEXT,
            Self::Date => Type::DATE,
            Self::Timestamp { has_zone: true } => Type::TIMESTAMPTZ,
            Self::Timestamp { has_zone: false } => Type::TIMESTAMP,
            Self::Binary => Type::BYTEA,
        }
    }

    /// The type that bronze holds it in.
    pub(super) fn held(self) -> ColumnType {
        match self {
            Self::Boolean => ColumnType::Boolean,
            Self::Integer => ColumnType::Integer,
            Self::Number => ColumnType::Number,
            Self::Decimal { precision, scale } => ColumnType::Decimal { precision, scale },
            Self::Text => ColumnType::String,
            Self::Date => ColumnType::Date,
            Self::Timestamp { .. } => ColumnType::Timestamp,
            Self::Binary => ColumnType::Binary,
        }
    }
}

/// `numeric(p,s)` as a decimal, unless bronze has none of that size.
fn decimal(modifier: i32) -> Option<Kind> {
    let packed = u32::try_from(modifier.checked_sub(4)?).ok()?;
    let precision = u8::try_from(packed >> 16).ok().filter(|precision| (1..=38).contains(precision))?;
    // Eleven bits, signed.
    let scale = u8::try_from(packed & 0x7ff).ok().filter(|scale| *scale <= precision)?;
    Some(Kind::Decimal { precision, scale })
}

/// One column of the answer.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// Its name in bronze.
    pub(super) name: String,
    /// How it is asked for.
    pub(super) kind: Kind,
}

/// The column by which rows are found that are new.
#[derive(Debug)]
struct Cursor {
    /// Its place in the statement: `c3`.
    column: String,
    /// The SQL type it is compared in.
    sql_type: &'static str,
    /// Leaves out what nothing holds: infinity would be the last value for ever.
    is_held: String,
    /// Seconds to look back.
    lookback: u64,
}

/// A question to the database.
#[derive(Debug)]
pub(super) struct Question {
    /// The columns, in order.
    pub(super) columns: Vec<Column>,
    base: String,
    cursor: Option<Cursor>,
    digest: Digest,
}

/// From where on rows are asked for, and which of them the next run asks for again.
#[derive(Debug)]
pub(super) struct Window {
    /// Where this run begins.
    pub(super) since: Option<String>,
    /// Where the next one does.
    pub(super) next: Option<String>,
}

impl Question {
    /// Asks the database what columns there are.
    ///
    /// # Errors
    /// `source-unavailable` when it refuses the question, or a declared column is not there.
    pub(super) async fn prepare(snapshot: &Snapshot, spec: &PostgresTable, place: &Place<'_>) -> Result<Self, Problem> {
        let select = spec.select()?;
        let statement = snapshot
            .client
            .prepare(&format!("SELECT * FROM ({select}) AS t"))
            .await
            .map_err(|error| place.fault(&error))?;
        let named: Vec<&str> = statement.columns().iter().map(tokio_postgres::Column::name).collect();
        if named.is_empty() {
            return Err(place.unavailable("has no columns", "name the columns in the query"));
        }
        let find = |name: &str| {
            named.iter().position(|known| *known == name).ok_or_else(|| {
                let near = suggest::nearest(name, named.iter().copied());
                let hint =
                    near.map_or_else(|| "name a column of it".to_owned(), |near| format!("did you mean `{near}`?"));
                place.unavailable(&format!("has no column `{}`", name.escape_debug()), &hint)
            })
        };
        for key in &spec.key {
            find(key)?;
        }
        let kinds: Vec<&Type> = statement.columns().iter().map(tokio_postgres::Column::type_).collect();
        let cursor = match &spec.cursor {
            None => None,
            Some(name) => {
                let at = find(name)?;
                let lookback = spec.lookback.map(|span| span.seconds());
                kinds.get(at).map(|kind| Cursor::new(at, kind, name, lookback, place)).transpose()?
            }
        };
        let columns = bronze_headers(named.iter().copied())
            .into_iter()
            .zip(statement.columns())
            .map(|(name, column)| Column { name, kind: Kind::of(column.type_(), column.type_modifier()) })
            .collect::<Vec<_>>();
        let places: Vec<String> = (1..=columns.len()).map(|number| format!("c{number}")).collect();
        let compared = cursor.as_ref().map_or("", |cursor| cursor.sql_type);
        let asked = [select.as_str(), spec.cursor.as_deref().unwrap_or_default(), compared];
        Ok(Self {
            base: format!("({select}) AS t({})", places.join(", ")),
            columns,
            cursor,
            digest: Digest::of(asked.join("\0").as_bytes()),
        })
    }

    /// What is asked, whatever columns there are today.
    pub(super) fn digest(&self) -> Digest {
        self.digest
    }

    /// Whether rows are found by a cursor.
    pub(super) fn has_cursor(&self) -> bool {
        self.cursor.is_some()
    }

    /// The bronze columns.
    pub(super) fn fields(&self) -> Vec<Field> {
        let field = |column: &Column| Field {
            name: column.name.clone(),
            kind: column.kind.held(),
            nullable: true,
            tags: Vec::new(),
        };
        self.columns.iter().map(field).collect()
    }

    /// The window of this run, from where the last one ended. It never goes back, whatever was deleted and however far
    /// the declaration looks back now: what lies before it is not known any more.
    pub(super) async fn window(
        &self,
        snapshot: &Snapshot,
        since: Option<String>,
        place: &Place<'_>,
    ) -> Result<Window, Problem> {
        let Some(cursor) = &self.cursor else { return Ok(Window { since: None, next: None }) };
        let sql = format!("SELECT {}::text FROM {} WHERE {}", cursor.next(since.as_deref()), self.base, cursor.is_held);
        let row = snapshot.client.query_one(&sql, &[]).await.map_err(|error| place.fault(&error))?;
        let next = row.try_get::<_, Option<String>>(0).map_err(|error| place.fault(&error))?;
        Ok(Window { since, next })
    }

    /// The rows of a window; after their columns stands whether the next run meets a row again.
    pub(super) fn copy(&self, window: &Window) -> String {
        let mut sql = "COPY (SELECT ".to_owned();
        for (number, column) in (1..).zip(&self.columns) {
            _ = write!(sql, "c{number}::{}, ", column.kind.given().name());
        }
        let (mut again, mut within) = ("false".to_owned(), String::new());
        if let Some(cursor) = &self.cursor {
            again = window.next.as_ref().map_or_else(|| "true".to_owned(), |next| cursor.from(next));
            within = window.since.as_ref().map(|since| format!(" WHERE {}", cursor.from(since))).unwrap_or_default();
        }
        _ = write!(sql, "{again} FROM {}{within}) TO STDOUT (FORMAT binary)", self.base);
        sql
    }

    /// The types of the answer.
    pub(super) fn given(&self) -> Vec<Type> {
        self.columns.iter().map(|column| column.kind.given()).chain([Type::BOOL]).collect()
    }
}

impl Cursor {
    fn new(at: usize, kind: &Type, name: &str, lookback: Option<u64>, place: &Place<'_>) -> Result<Self, Problem> {
        let column = format!("c{}", at + 1);
        let is_held = |column: &str| format!("{column} > '-infinity' AND {column} < '10000-01-01'");
        let (sql_type, is_held, is_time) = match *kind {
            Type::TIMESTAMPTZ => ("timestamptz", is_held(&column), true),
            Type::TIMESTAMP => ("timestamp", is_held(&column), true),
            Type::DATE => ("date", is_held(&column), true),
            Type::INT2 | Type::INT4 | Type::INT8 => ("int8", "true".to_owned(), false),
            Type::NUMERIC => ("numeric", format!("{column}::text NOT IN ('NaN', 'Infinity', '-Infinity')"), false),
            Type::TEXT | Type::VARCHAR => ("text", "true".to_owned(), false),
            _ => {
                let why = format!("has the cursor `{}` of the type `{}`", name.escape_debug(), kind.name());
                return Err(place.problem(
                    Code::TypeUnsupported,
                    &why,
                    "choose a time, a whole number or a text as the cursor",
                ));
            }
        };
        if lookback.is_some() && !is_time {
            let why = format!("has a lookback and the cursor `{}`, which is no time", name.escape_debug());
            return Err(place.problem(Code::InvalidFile, &why, "remove `lookback`, or choose a time as the cursor"));
        }
        Ok(Self { column, sql_type, is_held, lookback: lookback.unwrap_or(0) })
    }

    /// The rows from a value on. Those without a value may change at any time: they are always met.
    fn from(&self, value: &str) -> String {
        format!("({0} IS NULL OR {0} >= {1})", self.column, self.literal(value))
    }

    fn next(&self, since: Option<&str>) -> String {
        let (column, sql_type) = (&self.column, self.sql_type);
        let back = match self.lookback {
            0 => String::new(),
            seconds => format!(" - interval '{seconds} seconds'"),
        };
        match since {
            None => format!("(max({column}){back})::{sql_type}"),
            Some(since) => format!("greatest((max({column}){back})::{sql_type}, {})", self.literal(since)),
        }
    }

    /// A value as a literal: standard strings, and a backslash means itself.
    fn literal(&self, value: &str) -> String {
        let quoted = value.replace('\\', "\\\\").replace('\'', "''");
        format!("E'{quoted}'::{}", self.sql_type)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numeric_is_a_decimal_where_bronze_has_one() {
        let modifier = |precision: i32, scale: i32| ((precision << 16) | (scale & 0x7ff)) + 4;
        assert_eq!(decimal(modifier(12, 2)), Some(Kind::Decimal { precision: 12, scale: 2 }));
        assert_eq!(decimal(modifier(38, 38)), Some(Kind::Decimal { precision: 38, scale: 38 }));
        for other in [-1, modifier(39, 2), modifier(5, -2), modifier(2, 5), 3] {
            assert_eq!(decimal(other), None);
        }
    }

    #[test]
    fn a_value_stays_within_its_literal() {
        let cursor = Cursor { column: "c1".into(), sql_type: "text", is_held: "true".into(), lookback: 0 };
        assert_eq!(cursor.from(r"a'b\"), r"(c1 IS NULL OR c1 >= E'a''b\\'::text)");
    }
}
