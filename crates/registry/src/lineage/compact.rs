//! What a publication's document says of dependences, in few bytes each.

use std::collections::HashMap;

use model::lineage::{Dependence, InputColumn, LineageDocument};

/// The place of a name among a document's names.
pub(super) type Id = u32;

/// A column of a table.
pub(super) type Place = (Id, Id);

/// A document, folded small: 12 bytes a dependence, and each name once.
#[derive(Debug)]
pub(super) struct Compact {
    /// In their order.
    names: Vec<Box<str>>,
    /// The domain's own tables on the way, then the ports.
    pub(super) tables: Vec<Made>,
}

/// A table that was made.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) name: Id,
    pub(super) is_port: bool,
    pub(super) inputs: Box<[Id]>,
    pub(super) influenced_by: Box<[Place]>,
    pub(super) columns: Box<[Column]>,
}

/// A column of it.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: Id,
    /// Whether the plan could be followed; if not, it may come from any column of any input.
    pub(super) known: bool,
    pub(super) from: Box<[(Place, Dependence)]>,
}

impl Compact {
    pub(super) fn of(document: &LineageDocument) -> Self {
        let tables = || document.tables.iter().chain(document.ports.values());
        let of_input = |input: &'_ InputColumn| [input.table.clone(), input.column.clone()];
        let mut names: Vec<String> = Vec::new();
        for table in tables() {
            names.push(table.table.clone());
            names.extend(table.inputs.iter().cloned());
            names.extend(table.influenced_by.iter().flat_map(of_input));
            for column in &table.columns {
                names.push(column.column.clone());
                names.extend(column.from.iter().flat_map(|(input, _)| of_input(input)));
            }
            names.sort_unstable();
            names.dedup();
        }
        let ids: HashMap<&str, Id> = names.iter().map(String::as_str).zip(0..).collect();
        let id = |name: &str| ids.get(name).copied().unwrap_or_default();
        let place = |input: &InputColumn| (id(&input.table), id(&input.column));
        let tables = tables()
            .map(|table| Made {
                name: id(&table.table),
                is_port: document.ports.values().any(|port| port.table == table.table),
                inputs: table.inputs.iter().map(|input| id(input)).collect(),
                influenced_by: table.influenced_by.iter().map(place).collect(),
                columns: table
                    .columns
                    .iter()
                    .map(|column| Column {
                        name: id(&column.column),
                        known: column.known,
                        from: column.from.iter().map(|(input, how)| (place(input), *how)).collect(),
                    })
                    .collect(),
            })
            .collect();
        Self { tables, names: names.into_iter().map(String::into_boxed_str).collect() }
    }

    pub(super) fn name(&self, id: Id) -> &str {
        usize::try_from(id).ok().and_then(|id| self.names.get(id)).map_or("", |name| name)
    }

    /// The place of a name; `None` if the document does not hold it.
    pub(super) fn id(&self, name: &str) -> Option<Id> {
        self.names.binary_search_by(|known| (**known).cmp(name)).ok().and_then(|id| Id::try_from(id).ok())
    }
}
