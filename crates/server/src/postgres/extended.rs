//! The extended protocol: statements are parsed and described, portals bound, run and resumed.
//!
//! A described statement is text and types, never a plan: every execute asks the gateway anew, and a resumed portal's
//! rights are asked anew as well (M13).

use arrow::datatypes::{DataType, SchemaRef};
use model::{Problem, error::Code};
use pgwire::{
    api::Type,
    messages::{
        PgWireBackendMessage as Answer,
        data::{NoData, ParameterDescription},
        extendedquery::{BindComplete, CloseComplete, ParseComplete, PortalSuspended},
        response::EmptyQueryResponse,
    },
};

use super::{
    connection::{Connection, Trouble},
    parameter, respond,
    statement::{Rows, Started},
    types::{self, Format},
    wire::{Bind, Target, Text},
};

/// A prepared statement; without a `parsed` one it is the empty statement.
#[derive(Clone)]
pub(super) struct Statement {
    text: String,
    parsed: Option<gateway::Statement>,
    parameters: Vec<Type>,
    /// The types that the client gave for the parameters.
    hints: Vec<Option<DataType>>,
    schema: Option<SchemaRef>,
}

impl Statement {
    fn empty(text: &str) -> Self {
        Self { text: text.to_owned(), parsed: None, parameters: Vec::new(), hints: Vec::new(), schema: None }
    }
}

/// A bound statement.
pub(super) struct Portal {
    statement: Statement,
    parameters: Vec<Option<String>>,
    formats: Vec<i16>,
    progress: Progress,
}

enum Progress {
    Bound,
    Suspended(Box<Rows>),
    Ended,
}

impl Portal {
    /// The statement's text.
    pub(super) fn text(&self) -> &str {
        &self.statement.text
    }
}

impl Connection {
    pub(super) async fn parse(&mut self, name: String, sql: &Text, types: &[u32]) -> Result<(), Trouble> {
        self.session.request_id = crate::new_request_id();
        if !name.is_empty() && self.statements.contains_key(&name) {
            return Err(Problem::new(
                Code::Conflict,
                format!("the prepared statement `{}` exists already", name.escape_debug()),
            )
            .with_sqlstate("42P05")
            .into());
        }
        self.check_count(self.statements.len())?;
        self.authorise()?;
        let house = self.door.house.clone();
        let mut split = self.read(sql).await?.into_iter();
        let statement = match (split.next(), split.next()) {
            (None, _) => Statement::empty(&sql.kept),
            (Some(parsed), None) => {
                let hints: Vec<Option<DataType>> = types.iter().map(|oid| types::hint(*oid)).collect();
                let described = house.gateway.describe(&self.session, &parsed, &hints).await?;
                let parameters = parameter_types(&described.parameters, types)?;
                Statement { text: sql.kept.clone(), parsed: Some(parsed), parameters, hints, schema: described.schema }
            }
            (Some(_), Some(_)) => {
                let problem = Problem::new(Code::InvalidSql, "a prepared statement is one statement")
                    .with_hint("prepare each on its own, or use the simple protocol");
                return Err(house.gateway.refuse(&self.session, &sql.kept, problem).await.into());
            }
        };
        self.statements.insert(name, statement);
        self.wire.put(&Answer::ParseComplete(ParseComplete::new())).map_err(Trouble::from)
    }

    fn check_count(&self, open: usize) -> Result<(), Problem> {
        let most = self.door.house.limits.prepared;
        if open >= most {
            return Err(Problem::new(Code::LimitConcurrency, format!("the connection holds {most} of these already"))
                .with_hint("close some: DEALLOCATE, or the driver's own way"));
        }
        Ok(())
    }

    pub(super) fn bind(&mut self, bind: Bind) -> Result<(), Trouble> {
        let statement = self.statement(&bind.statement)?.clone();
        if !bind.portal.is_empty() && self.portals.contains_key(&bind.portal) {
            return Err(Problem::new(
                Code::Conflict,
                format!("the portal `{}` exists already", bind.portal.escape_debug()),
            )
            .with_sqlstate("42P03")
            .into());
        }
        self.check_count(self.portals.len())?;
        let parameters = values(&bind, &statement.parameters)?;
        if let Some(schema) = &statement.schema {
            types::columns(schema, &bind.results)?;
        }
        let portal = Portal { statement, parameters, formats: bind.results, progress: Progress::Bound };
        self.portals.insert(bind.portal, portal);
        self.wire.put(&Answer::BindComplete(BindComplete::new())).map_err(Trouble::from)
    }

    pub(super) fn describe(&mut self, target: &Target) -> Result<(), Trouble> {
        let (schema, formats) = match target {
            Target::Statement(name) => {
                let statement = self.statement(name)?;
                let oids = statement.parameters.iter().map(Type::oid).collect();
                let schema = statement.schema.clone();
                self.wire.put(&Answer::ParameterDescription(ParameterDescription::new(oids)))?;
                (schema, Vec::new())
            }
            Target::Portal(name) => {
                let portal = self.portal(name)?;
                (portal.statement.schema.clone(), portal.formats.clone())
            }
        };
        let answer = match schema {
            Some(schema) => respond::description(&types::columns(&schema, &formats)?),
            None => Answer::NoData(NoData::new()),
        };
        self.wire.put(&answer).map_err(Trouble::from)
    }

    pub(super) async fn execute(&mut self, name: &str, limit: usize) -> Result<(), Trouble> {
        let Some(mut portal) = self.portals.remove(name) else { return Err(no_portal(name).into()) };
        let done = self.advance(&mut portal, limit).await;
        if done.is_err() {
            portal.progress = Progress::Ended;
        }
        // COMMIT and ROLLBACK run as portals too; what they end stays ended.
        self.portals.insert(name.to_owned(), portal);
        done
    }

    async fn advance(&mut self, portal: &mut Portal, limit: usize) -> Result<(), Trouble> {
        let Some(parsed) = &portal.statement.parsed else {
            return self.wire.put(&Answer::EmptyQueryResponse(EmptyQueryResponse::new())).map_err(Trouble::from);
        };
        let mut rows = match std::mem::replace(&mut portal.progress, Progress::Ended) {
            Progress::Ended => {
                let tag = format!("{} 0", parsed.kind().tag());
                return self.wire.put(&respond::complete(&tag)).map_err(Trouble::from);
            }
            Progress::Bound => {
                match self.start(parsed, &portal.parameters, &portal.statement.hints, &portal.formats).await? {
                    Started::Done(tag) => return self.wire.put(&respond::complete(&tag)).map_err(Trouble::from),
                    Started::Empty => {
                        return self
                            .wire
                            .put(&Answer::EmptyQueryResponse(EmptyQueryResponse::new()))
                            .map_err(Trouble::from);
                    }
                    Started::Rows(rows) => {
                        same_shape(portal.statement.schema.as_ref(), rows.columns())?;
                        Box::new(rows)
                    }
                }
            }
            Progress::Suspended(rows) => {
                // SECURITY: a fetch is a read of its own (test `the_very_next_statement_is_refused`), and what was read
                // ahead under other rights is nobody's (test `a_fetch_after_a_narrowing_gives_no_row`).
                self.session.request_id = crate::new_request_id();
                self.authorise()?;
                rows.check()?;
                self.door.house.gateway.describe(&self.session, parsed, &portal.statement.hints).await?;
                rows
            }
        };
        if self.send_rows(&mut rows, limit).await? {
            portal.progress = Progress::Suspended(rows);
            return self.wire.put(&Answer::PortalSuspended(PortalSuspended::new())).map_err(Trouble::from);
        }
        self.finish(&rows)
    }

    pub(super) fn close(&mut self, target: &Target) -> Result<(), Trouble> {
        match target {
            Target::Statement(name) => _ = self.statements.remove(name),
            Target::Portal(name) => _ = self.portals.remove(name),
        }
        self.wire.put(&Answer::CloseComplete(CloseComplete::new())).map_err(Trouble::from)
    }

    fn statement(&self, name: &str) -> Result<&Statement, Problem> {
        self.statements.get(name).ok_or_else(|| {
            Problem::new(Code::InvalidSql, format!("there is no prepared statement `{}`", name.escape_debug()))
                .with_sqlstate("26000")
        })
    }

    fn portal(&self, name: &str) -> Result<&Portal, Problem> {
        self.portals.get(name).ok_or_else(|| no_portal(name))
    }
}

fn no_portal(name: &str) -> Problem {
    Problem::new(Code::InvalidSql, format!("there is no portal `{}`", name.escape_debug())).with_sqlstate("34000")
}

/// The client's types where it gave some, else those the statement needs.
fn parameter_types(needed: &[arrow::datatypes::DataType], given: &[u32]) -> Result<Vec<Type>, Problem> {
    (0..needed.len().max(given.len()))
        .map(|index| match given.get(index).copied().filter(|oid| *oid != 0).and_then(Type::from_oid) {
            Some(kind) if kind != Type::UNKNOWN => Ok(kind),
            _ => needed.get(index).map_or(Ok(Type::TEXT), types::parameter_kind),
        })
        .collect()
}

fn values(bind: &Bind, kinds: &[Type]) -> Result<Vec<Option<String>>, Problem> {
    let protocol = |message: String| Problem::new(Code::InvalidValue, message).with_sqlstate("08P01");
    if bind.values.len() != kinds.len() {
        let (got, wanted) = (bind.values.len(), kinds.len());
        return Err(protocol(format!("the bind message supplies {got} parameters, the statement takes {wanted}")));
    }
    if bind.formats.len() > 1 && bind.formats.len() != bind.values.len() {
        return Err(protocol("the bind message's formats do not fit its parameters".to_owned()));
    }
    let format = |index: usize| {
        let code = if bind.formats.len() == 1 { bind.formats.first() } else { bind.formats.get(index) };
        match code {
            None | Some(0) => Ok(Format::Text),
            Some(1) => Ok(Format::Binary),
            Some(code) => Err(protocol(format!("there is no format `{code}`"))),
        }
    };
    bind.values
        .iter()
        .zip(kinds)
        .enumerate()
        .map(|(index, (value, kind))| {
            value.as_ref().map(|value| parameter::text(value, kind, format(index)?)).transpose()
        })
        .collect()
}

/// What was described is what is sent: a client decodes rows by the description it has.
fn same_shape(described: Option<&SchemaRef>, columns: &[types::WireColumn]) -> Result<(), Problem> {
    let described = described.map(|schema| types::columns(schema, &[])).transpose()?.unwrap_or_default();
    let same = described.len() == columns.len()
        && described.iter().zip(columns).all(|(a, b)| a.name == b.name && a.kind.oid() == b.kind.oid());
    if same {
        return Ok(());
    }
    Err(Problem::new(Code::StatementUnsupported, "what you may see has changed since the statement was prepared")
        .with_hint("prepare it again"))
}
