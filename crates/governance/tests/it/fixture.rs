//! The world of the attack catalogue: customer master data with every kind of mask, and the people around it.

use std::collections::BTreeMap;

use governance::treatment::{Reader, TreatmentQuestion, decide, purposes};
use model::{
    Problem, Timestamp,
    access::{AccessRules, Entitlement, Origin, PortScope, Purposes, RowsGrant},
    class::{Class, ClassName, ClassificationFile, Classifications, Mask, PartialKind, Step, TokenScope},
    column::ColumnType,
    files::{access::Visibility, governance::Purpose},
    id::EntitlementId,
    name::{PortName, PurposeName},
    publication::PublishedColumn,
    reference::ProductRef,
    scope::{Comparison, Literal, Operand, Predicate, RowScope},
    treatment::{CarriedTag, ColumnTreatment, Outcome, TokenKey, Treatment},
};

/// The present of every test.
pub const NOW: i64 = 1_000_000;

/// Everything a decision needs, owned.
pub struct World {
    pub product: ProductRef,
    pub port: PortName,
    pub columns: Vec<PublishedColumn>,
    pub inherited: Vec<RowScope>,
    pub rules: AccessRules,
    pub entitlements: Vec<Entitlement>,
    pub classes: Classifications,
    pub purposes: BTreeMap<PurposeName, Purpose>,
    pub now: Timestamp,
    pub is_domain_member: bool,
}

impl World {
    pub fn with_question<T>(
        &self,
        reader: &Reader,
        purpose: Option<&str>,
        ask: impl FnOnce(&TreatmentQuestion<'_>) -> T,
    ) -> T {
        let purpose = purpose.map(|purpose| purpose.parse::<PurposeName>().unwrap());
        let entitlements: Vec<&Entitlement> = self.entitlements.iter().collect();
        ask(&TreatmentQuestion {
            reader,
            purpose: purpose.as_ref(),
            now: self.now,
            product: &self.product,
            domain: &self.product.domain,
            is_domain_member: self.is_domain_member,
            port: &self.port,
            columns: &self.columns,
            inherited_restrict: &self.inherited,
            rules: &self.rules,
            entitlements: &entitlements,
            classes: &self.classes,
            purposes: &self.purposes,
            key_version: 1,
        })
    }

    pub fn ask(&self, reader: &Reader, purpose: Option<&str>) -> Result<Treatment, Problem> {
        self.with_question(reader, purpose, decide)
    }

    pub fn purposes(&self, reader: &Reader) -> Result<Vec<String>, Problem> {
        self.with_question(reader, None, purposes).map(|found| found.iter().map(ToString::to_string).collect())
    }

    /// The treatment of one column for a reader under `fraud-detection`.
    pub fn column(&self, reader: &Reader, name: &str) -> ColumnTreatment {
        let treatment = self.ask(reader, Some("fraud-detection")).unwrap();
        treatment.columns.into_iter().find(|column| column.column == name).unwrap()
    }

    /// Gives a subject an entitlement for `fraud-detection`.
    pub fn grant(&mut self, subject: &str, rows: RowsGrant, clear: &[&str]) -> &mut Entitlement {
        let id = EntitlementId::new(10 + self.entitlements.len() as u64);
        self.entitlements.push(Entitlement {
            id,
            subject: subject.parse().unwrap(),
            product: self.product.clone(),
            purposes: Purposes::Only(vec!["fraud-detection".parse().unwrap()]),
            rows,
            clear: clear.iter().map(|class| ClassName::from_tag(class)).collect(),
            until: None,
            origin: Origin::Owner,
            since: Timestamp::from_micros(0),
            ended: None,
        });
        self.entitlements.last_mut().unwrap()
    }
}

/// `customer.customer_master.customers` with ana entitled to scope `eu` through her group.
pub fn customers() -> World {
    let mut world = World {
        product: "customer.customer_master".parse().unwrap(),
        port: "customers".parse().unwrap(),
        columns: vec![
            column("customer_id", ColumnType::Integer, &[]),
            column("full_name", ColumnType::String, &["pii.name"]),
            column("email", ColumnType::String, &["pii.email"]),
            column("national_id", ColumnType::String, &["pii.national_id"]),
            column("birth_date", ColumnType::Date, &["pii.birth"]),
            column("income", ColumnType::Decimal { precision: 12, scale: 2 }, &["fin.income"]),
            column("iban", ColumnType::String, &["pii.iban"]),
            column("notes", ColumnType::String, &[]),
            column("case_notes", ColumnType::String, &["case.restricted"]),
            column("region", ColumnType::String, &[]),
            column("segment", ColumnType::String, &[]),
        ],
        inherited: vec![],
        rules: AccessRules {
            visibility: Visibility::Listed,
            direct: false,
            scopes: [("eu", "EU"), ("apac", "APAC")]
                .map(|(name, region)| (name.parse().unwrap(), everywhere(equals(name, "region", region))))
                .into(),
            default_scope: Some("eu".parse().unwrap()),
            restrict: vec![],
            purposes: None,
            approver: "customer-stewards".parse().unwrap(),
            auto: vec![],
            max_days: 90,
        },
        entitlements: vec![],
        classes: classes(),
        purposes: ["fraud-detection", "billing", "marketing"]
            .map(|name| (name.parse().unwrap(), Purpose { description: None, legal_basis: None }))
            .into(),
        now: Timestamp::from_micros(NOW),
        is_domain_member: false,
    };
    world.grant("group:fraud-analysts", RowsGrant::Default, &[]);
    world
}

pub fn classes() -> Classifications {
    let class = |mask, unmask: &[&str]| Class {
        level: None,
        mask,
        unmask: unmask.iter().map(|group| group.parse().unwrap()).collect(),
        detect: Default::default(),
        description: None,
    };
    let pii = [
        ("name", class(Some(Mask::Constant { value: Some("REDACTED".into()) }), &["pii-readers"])),
        ("email", class(Some(Mask::Partial { of: PartialKind::Email }), &["pii-readers"])),
        ("national_id", class(Some(Mask::Token { scope: TokenScope::Mesh }), &["pii-readers"])),
        ("birth", class(Some(Mask::Generalise { to: Step::Year }), &["pii-readers"])),
        ("iban", class(None, &["pii-readers"])),
        ("local", class(Some(Mask::Token { scope: TokenScope::Domain }), &[])),
        ("once", class(Some(Mask::Token { scope: TokenScope::Purpose }), &[])),
    ];
    let root = |root: &str, classes: Vec<(&str, Class)>| {
        let classes = classes.into_iter().map(|(name, class)| (name.to_owned(), class)).collect();
        (root.to_owned(), ClassificationFile { root: root.to_owned(), personal: None, classes })
    };
    Classifications {
        roots: [
            root("pii", pii.into()),
            root("fin", vec![("income", class(Some(Mask::Null {}), &[]))]),
            root("case", vec![("restricted", class(Some(Mask::Denied {}), &[]))]),
        ]
        .into(),
    }
}

pub fn column(name: &str, kind: ColumnType, classes: &[&str]) -> PublishedColumn {
    let tags = classes.iter().map(|class| tag(class, Outcome::Clear)).collect();
    PublishedColumn { name: name.to_owned(), kind, nullable: true, tags, labels: vec![] }
}

pub fn tag(class: &str, applied: Outcome) -> CarriedTag {
    CarriedTag { class: ClassName::from_tag(class), applied }
}

pub fn token(class: &str, scope: &str) -> Outcome {
    Outcome::Token { key: TokenKey { class: ClassName::from_tag(class), scope: scope.to_owned(), version: 1 } }
}

pub fn equals(name: &str, column: &str, value: &str) -> RowScope {
    compare(name, column, Operand::Literal(Literal::Text(value.to_owned())))
}

pub fn compare(name: &str, column: &str, right: Operand) -> RowScope {
    let predicate = Predicate::Compare(Operand::Column(column.to_owned()), Comparison::Equal, right);
    RowScope { name: name.to_owned(), predicate }
}

pub fn everywhere(scope: RowScope) -> PortScope {
    PortScope { scope, ports: None }
}

pub fn reader(principal: &str, groups: &[&str]) -> Reader {
    Reader {
        principal: principal.parse().unwrap(),
        groups: groups.iter().map(|group| group.parse().unwrap()).collect(),
        attributes: BTreeMap::new(),
        home_domain: None,
    }
}

pub fn ana() -> Reader {
    reader("user:ana", &["fraud-analysts"])
}
