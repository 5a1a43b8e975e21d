//! Proposes classes for columns by their names; a person confirms.

use model::{
    class::{ClassName, Classifications},
    column::ColumnType,
};

/// The classes whose detector names a column, in the order of the columns. Names are compared without case and
/// separators: `National-ID` is `national_id`.
pub fn propose(columns: &[(String, ColumnType)], classes: &Classifications) -> Vec<(String, ClassName)> {
    let mut found = Vec::new();
    for (column, _) in columns {
        let name = plain(column);
        for (root, file) in &classes.roots {
            let hits =
                file.classes.iter().filter(|(_, class)| class.detect.names.iter().any(|known| plain(known) == name));
            found.extend(hits.map(|(class, _)| (column.clone(), ClassName::from_tag(&format!("{root}.{class}")))));
        }
    }
    found
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
