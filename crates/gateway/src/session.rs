//! What a door knows about its caller: principal, catalog, purpose, settings. Settings are an allow-list of our own;
//! none of them reaches the engine's options.

use std::{collections::BTreeMap, time::Duration};

use model::{
    Code, Problem,
    name::{DomainName, PurposeName},
    principal::Principal,
};

use crate::{
    limits::Limits,
    statement::{Kind, Statement},
};

/// Which names a session's two-part names mean (D6).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Catalog {
    /// Schema is the domain, table the product.
    #[default]
    Mesh,
    /// One domain: schema is the product, table the port.
    Domain(DomainName),
}

impl Catalog {
    /// The catalog's name.
    pub fn name(&self) -> &str {
        match self {
            Self::Mesh => "mesh",
            Self::Domain(domain) => domain.as_str(),
        }
    }
}

/// One caller's session on a door.
#[derive(Debug, Clone)]
pub struct Session {
    /// Who it is. Never changes (M9).
    pub principal: Principal,
    /// What two-part names mean.
    pub catalog: Catalog,
    /// The purpose that was stated: by SET, startup option, header, flag, or the token's default.
    pub purpose: Option<PurposeName>,
    /// The purpose a RESET returns to.
    pub default_purpose: Option<PurposeName>,
    /// The settings.
    pub settings: Settings,
    /// Whether the audit keeps the text of statements.
    pub store_text: bool,
    /// Whether answers tell of each column which masked ones it comes from.
    pub tells_masks: bool,
    /// The request id, for logs and records.
    pub request_id: String,
}

/// Settings by name. Only allow-listed names are ever stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings(BTreeMap<String, String>);

/// Settings that are kept and shown; what each does is in `docs/reference/sql.md`.
const KEPT: &[(&str, &str)] = &[
    ("application_name", ""),
    ("bytea_output", "hex"),
    ("client_encoding", "UTF8"),
    ("client_min_messages", "notice"),
    ("datestyle", "ISO, YMD"),
    ("default_transaction_isolation", "read committed"),
    ("default_transaction_read_only", "on"),
    ("extra_float_digits", "1"),
    ("idle_in_transaction_session_timeout", "0"),
    ("intervalstyle", "postgres"),
    ("lock_timeout", "0"),
    ("search_path", "\"$user\", public"),
    ("standard_conforming_strings", "on"),
    ("statement_timeout", "0"),
    ("timezone", "UTC"),
    ("transaction_isolation", "read committed"),
    ("transaction_read_only", "on"),
];

/// Settings that can be shown and never changed.
const FIXED: &[(&str, &str)] = &[
    ("default_table_access_method", "heap"),
    ("integer_datetimes", "on"),
    ("is_superuser", "off"),
    ("max_identifier_length", "63"),
    ("max_index_keys", "32"),
    ("server_encoding", "UTF8"),
    ("server_version", SERVER_VERSION),
    ("server_version_num", "160000"),
];

/// The PostgreSQL version whose dialect is spoken.
pub(crate) const SERVER_VERSION: &str = "16.0";

impl Settings {
    /// The settings a Postgres door reports at the start of a session.
    pub const PARAMETER_STATUS: &'static [&'static str] = &[
        "application_name",
        "client_encoding",
        "datestyle",
        "integer_datetimes",
        "intervalstyle",
        "is_superuser",
        "server_encoding",
        "server_version",
        "standard_conforming_strings",
        "timezone",
    ];

    /// A setting that was set.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

impl Session {
    /// A session of a principal, without purpose and with default settings.
    pub fn new(principal: Principal, catalog: Catalog) -> Self {
        Self {
            principal,
            catalog,
            purpose: None,
            default_purpose: None,
            settings: Settings::default(),
            store_text: false,
            tells_masks: false,
            request_id: String::new(),
        }
    }

    /// Applies `SET`, `RESET` and `DISCARD`; other statements change nothing about a session.
    ///
    /// # Errors
    /// As [`Session::set`].
    pub fn apply(&mut self, statement: &Statement) -> Result<(), Problem> {
        match statement.kind() {
            Kind::Set { name, value } => self.set(name, value.as_deref()),
            Kind::ResetAll | Kind::Discard => {
                self.settings = Settings::default();
                self.purpose = self.default_purpose.clone();
                Ok(())
            }
            Kind::Refused(problem) => Err(problem.clone()),
            _ => Ok(()),
        }
    }

    /// Sets one setting; `None` is its default.
    ///
    /// # Errors
    /// `not-allowed` (42501) if the name is not on the list, `purpose-not-granted` if the value cannot be a purpose,
    /// `invalid-value` if the value is malformed.
    pub fn set(&mut self, name: &str, value: Option<&str>) -> Result<(), Problem> {
        let name = name.to_lowercase();
        if name == "purpose" || name == "tessera.purpose" {
            self.purpose = match value {
                None => self.default_purpose.clone(),
                Some(text) => Some(purpose(text)?),
            };
            return Ok(());
        }
        // SECURITY: the list is the whole surface: no name reaches the engine's options (slt `statements/s37_settings.slt`).
        if !KEPT.iter().any(|(kept, _)| *kept == name) {
            return Err(Problem::new(
                Code::NotAllowed,
                format!("the setting `{}` cannot be changed here", name.escape_debug()),
            )
            .with_hint("`SHOW ALL` lists the settings of a session"));
        }
        let Some(value) = value else {
            self.settings.0.remove(&name);
            return Ok(());
        };
        if value.len() > 1_024 || value.chars().any(char::is_control) {
            return Err(Problem::new(Code::InvalidValue, format!("the value of `{name}` is not a plain short text")));
        }
        match name.as_str() {
            "statement_timeout" => {
                millis(value)?;
            }
            "client_encoding"
                if !["utf8", "utf-8", "unicode", "sql_ascii"].contains(&value.to_lowercase().as_str()) =>
            {
                return Err(Problem::new(Code::InvalidValue, "texts are UTF-8 on this door")
                    .with_hint("`SET client_encoding = 'UTF8'`"));
            }
            _ => {}
        }
        self.settings.0.insert(name, value.to_owned());
        Ok(())
    }

    /// The value of a setting as `SHOW` and `current_setting` give it; `None` if there is none of that name.
    pub fn show(&self, name: &str) -> Option<String> {
        let name = name.to_lowercase();
        if name == "purpose" || name == "tessera.purpose" {
            return Some(self.purpose.as_ref().map(ToString::to_string).unwrap_or_default());
        }
        if name == "session_authorization" || name == "role" {
            return Some(self.principal.name().to_owned());
        }
        if let Some(value) = self.settings.get(&name) {
            return Some(value.to_owned());
        }
        KEPT.iter().chain(FIXED).find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    }

    /// Every setting, for `SHOW ALL`.
    pub fn show_all(&self) -> Vec<(String, String)> {
        let mut names: Vec<&str> = KEPT.iter().chain(FIXED).map(|(name, _)| *name).chain(["purpose"]).collect();
        names.sort_unstable();
        names.into_iter().filter_map(|name| Some((name.to_owned(), self.show(name)?))).collect()
    }

    /// How long a statement may take: `statement_timeout`, at most the documented limit.
    pub fn timeout(&self, limits: &Limits) -> Duration {
        let most = Duration::from_secs(limits.seconds);
        match self.settings.get("statement_timeout").and_then(|text| millis(text).ok()) {
            // Zero means no timeout of one's own; the limit stays.
            None | Some(0) => most,
            Some(millis) => Duration::from_millis(millis).min(most),
        }
    }
}

/// A purpose as typed. What cannot be the name of one is nobody's purpose.
fn purpose(text: &str) -> Result<PurposeName, Problem> {
    text.parse().map_err(|_| {
        Problem::new(Code::PurposeNotGranted, format!("`{}` is not a purpose", text.escape_debug()))
            .with_hint("`tessera show mesh` lists the purposes")
    })
}

/// A duration of PostgreSQL: milliseconds, or a number with `ms`, `s`, `min`, `h`.
fn millis(text: &str) -> Result<u64, Problem> {
    let text = text.trim();
    let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let factor = match unit.trim() {
        "" | "ms" => 1,
        "s" => 1_000,
        "min" => 60_000,
        "h" => 3_600_000,
        _ => 0,
    };
    number.parse::<u64>().ok().and_then(|n| n.checked_mul(factor)).filter(|_| factor > 0).ok_or_else(|| {
        Problem::new(Code::InvalidValue, "`statement_timeout` is a number of milliseconds, or one with `s` or `min`")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session() -> Session {
        Session::new("user:ana".parse().unwrap(), Catalog::Mesh)
    }

    #[test]
    fn only_listed_settings_can_be_set() {
        let mut session = session();
        for name in ["datafusion.explain.show_statistics", "role", "session_authorization", "server_version", "x"] {
            assert_eq!(session.set(name, Some("1")).unwrap_err().sqlstate(), "42501", "{name}");
        }
        session.set("Application_Name", Some("psql")).unwrap();
        assert_eq!(session.show("application_name").unwrap(), "psql");
        session.set("application_name", None).unwrap();
        assert_eq!(session.show("application_name").unwrap(), "");
    }

    #[test]
    fn a_timeout_shortens_and_never_lengthens() {
        let limits = Limits { seconds: 10, ..Limits::default() };
        let mut session = session();
        for (text, millis) in [("0", 10_000), ("250", 250), ("2s", 2_000), ("1h", 10_000)] {
            session.set("statement_timeout", Some(text)).unwrap();
            assert_eq!(session.timeout(&limits), Duration::from_millis(millis), "{text}");
        }
        assert!(session.set("statement_timeout", Some("-1")).is_err());
    }

    #[test]
    fn a_purpose_is_exactly_a_name() {
        let mut session = session();
        session.set("purpose", Some("fraud-detection")).unwrap();
        assert_eq!(session.show("purpose").unwrap(), "fraud-detection");
        for text in ["Fraud-Detection", "fraud-detection ", ""] {
            assert_eq!(session.set("purpose", Some(text)).unwrap_err().sqlstate(), "42501", "{text:?}");
        }
    }
}
