//! The texts of `tessera new`: files that pass `check` as they are, and say where a person should put their own words.

mod mesh;
mod product;
mod source;

use serde::Deserialize;

use crate::name::TableName;

pub use mesh::{domain, mesh};
pub use product::{classed, product};
pub use source::source;

/// A table to make a product from, as the server describes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TableShape {
    /// `bronze` or `silver`.
    pub zone: String,
    /// The table.
    pub table: TableName,
    /// Rows, if counted.
    #[serde(default)]
    pub rows: Option<u64>,
    /// Its columns.
    pub columns: Vec<ShapeColumn>,
}

/// A column of such a table.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ShapeColumn {
    /// The proposed name in the port.
    pub name: String,
    /// The name as stored, quoted in SQL.
    pub header: String,
    /// The proposed type: `string`, `integer`, `number`, `decimal(p,s)`, `boolean`, `date`, `timestamp`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The stored type.
    pub stored: String,
    /// Whether a NULL or an empty text was seen.
    pub nullable: bool,
    /// Whether every value was seen once.
    pub unique: bool,
    /// The proposed class.
    #[serde(default)]
    pub class: Option<String>,
    /// What speaks for the class: `name` or `values`.
    #[serde(default)]
    pub class_by: Option<String>,
}

/// Text as a YAML scalar: a JSON string, which every YAML reader takes for the same text.
fn scalar(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::{
        files::{
            repository::{Known, Repository, check},
            source::{Changed, FileFormat, FilesTable},
        },
        reference::ProductRef,
    };

    fn column(name: &str, header: &str, kind: &str, nullable: bool, unique: bool, class: Option<&str>) -> ShapeColumn {
        ShapeColumn {
            name: name.into(),
            header: header.into(),
            kind: kind.into(),
            stored: "string".into(),
            nullable,
            unique,
            class: class.map(str::to_owned),
            class_by: class.map(|_| "values".to_owned()),
        }
    }

    fn orders() -> TableShape {
        TableShape {
            zone: "bronze".into(),
            table: "orders".parse().unwrap(),
            rows: Some(5),
            columns: vec![
                column("total", "Total €", "decimal(6,2)", false, true, None),
                column("order_no", "Order No.", "integer", false, true, None),
                column("e_mail", "E-Mail", "string", true, true, Some("pii.email")),
                column("note", "a \"note\": #1\u{7}", "string", true, false, None),
                column("ordered_on", "Ordered on", "date", true, false, None),
                column("tags", "tags", "array of string", true, false, None),
                column("address", "address", "object", true, false, None),
            ],
        }
    }

    /// A whole scaffolded repository.
    fn repository() -> BTreeMap<String, Vec<u8>> {
        let table = |path: &str, delimiter: Option<&str>| FilesTable {
            path: path.into(),
            format: FileFormat::Csv,
            delimiter: delimiter.map(str::to_owned),
            header: None,
            changed: Changed::Refuse,
        };
        let tables = [
            ("orders".parse().unwrap(), table("Orders 2026.csv", Some("\t"))),
            ("codes".parse().unwrap(), table("codes.csv", None)),
        ];
        let shop = "shop".parse().unwrap();
        let product: ProductRef = "shop.orders".parse().unwrap();
        let bare: ProductRef = "shop.other".parse().unwrap();
        let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        let all = [
            mesh(&"acme".parse().unwrap()),
            domain(&shop, None),
            source(&shop, &"files".parse().unwrap(), &tables),
            source(&shop, &"later".parse().unwrap(), &[]),
            super::product(&product, Some(&orders())),
            super::product(&bare, None),
        ];
        for (path, text) in all.into_iter().flatten() {
            assert_eq!(files.insert(path.clone(), text.into_bytes()), None, "{path} is written twice");
        }
        let people = files.get_mut("people.yaml").unwrap();
        people.extend_from_slice(b"  - {name: svc-shop, domain: shop}\n");
        files.remove(".gitignore");
        files
    }

    #[test]
    fn what_is_scaffolded_passes_the_check_as_it_is() {
        let repository = Repository::load(&repository()).unwrap();
        let findings = check(&repository, &Known::default());
        assert_eq!(findings.problems, []);
    }

    #[test]
    fn a_product_takes_over_what_the_table_shows() {
        let repository = Repository::load(&repository()).unwrap();
        let product = &repository.domains["shop"].products["orders"];
        let port = &product.contract.value.ports[0];
        assert_eq!(port.name.as_str(), "orders");
        let names: Vec<_> = port.columns.iter().map(|column| (column.name.as_str(), column.kind.to_string())).collect();
        assert_eq!(
            names,
            [
                ("total", "decimal(6,2)".to_owned()),
                ("order_no", "integer".into()),
                ("e_mail", "string".into()),
                ("note", "string".into()),
                ("ordered_on", "date".into()),
                ("tags", "array of string".into()),
            ]
        );
        let key: Vec<_> = port.columns.iter().filter(|column| column.primary_key.is_some()).collect();
        assert_eq!(key.len(), 1);
        assert_eq!(key[0].name, "order_no");
        assert_eq!(port.columns[2].tags, ["pii.email"]);
        let contract = String::from_utf8(product.contract.bytes.to_vec()).unwrap();
        assert!(contract.contains("tags: [\"pii.email\"]   # proposed by the column's values"), "{contract}");
        assert_eq!(classed(&orders()), (1, 5));
        assert!(port.columns[0].required && !port.columns[2].required);
        let sql = &product.ports["orders"].value.sql;
        assert!(
            sql.contains(
                r#"CAST(regexp_replace(nullif(trim("Total €"), ''), '([.][0-9]{2}0*[1-9]|[eE]).*$', ' is finer than 2 places') AS DECIMAL(6,2)) AS "total""#
            ),
            "{sql}"
        );
        assert!(sql.contains(r#"CAST(nullif(trim("Order No."), '') AS BIGINT) AS "order_no""#), "{sql}");
        assert!(sql.contains("a value that does not fit refuses the build") && sql.contains("is refused, not rounded"));
        assert!(!sql.to_lowercase().contains("try_cast("), "nothing becomes NULL unseen: {sql}");
        assert!(sql.contains(r#""a ""note"": #1"#), "{sql}");
        assert!(sql.contains("\nFROM bronze.orders"), "{sql}");
    }
}
