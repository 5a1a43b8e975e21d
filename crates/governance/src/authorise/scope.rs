//! Token scopes: `query`, `run:<d>`, `publish:<d>`, `apply:<d>`, `decide:<d>`. They narrow what a principal may do.

use std::{fmt, str::FromStr};

use model::{
    error::{Code, Problem},
    name::DomainName,
};
use serde::{Deserialize, Serialize};

use super::Action;

/// One scope of an API token.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum TokenScope {
    /// Governed SQL.
    Query,
    /// Ingest and build in a domain.
    Run(DomainName),
    /// Publish and roll back in a domain.
    Publish(DomainName),
    /// Apply a domain's files.
    Apply(DomainName),
    /// Decide, revoke and declassify in a domain.
    Decide(DomainName),
}

impl TokenScope {
    /// Whether a token with this scope may attempt the action; the principal's roles decide after that.
    pub fn permits(&self, action: &Action) -> bool {
        if *action == Action::Browse {
            return true;
        }
        match self {
            Self::Query => *action == Action::Query,
            Self::Run(domain) => matches!(action, Action::Run(of) | Action::DryRun(of) if of == domain),
            Self::Publish(domain) => {
                matches!(action, Action::DryRun(of) | Action::Publish(of) | Action::Rollback(of) if of == domain)
            }
            Self::Apply(domain) => match action {
                Action::Plan => true,
                Action::CreateDomain(of)
                | Action::ChangeDomain(of)
                | Action::ChangeSources(of)
                | Action::ChangeSilver(of)
                | Action::ChangeProduct(of)
                | Action::ChangeAccess(of)
                | Action::Retire(of) => of == domain,
                _ => false,
            },
            Self::Decide(domain) => match action {
                Action::DecideRequest { domain: of, .. }
                | Action::DiscussRequest { domain: of, .. }
                | Action::Revoke { domain: of, .. } => of == domain,
                Action::Declassify(of) | Action::Tag(of) | Action::ReadAccess(of) => of == domain,
                _ => false,
            },
        }
    }
}

/// Which token would do.
pub(super) fn hint(action: &Action) -> String {
    let scope = match action {
        Action::Query => Some("query".to_owned()),
        Action::Run(domain) => Some(format!("run:{domain}")),
        Action::DryRun(domain) | Action::Publish(domain) | Action::Rollback(domain) => {
            Some(format!("publish:{domain}"))
        }
        Action::CreateDomain(domain)
        | Action::ChangeDomain(domain)
        | Action::ChangeSources(domain)
        | Action::ChangeSilver(domain)
        | Action::ChangeProduct(domain)
        | Action::ChangeAccess(domain)
        | Action::Retire(domain) => Some(format!("apply:{domain}")),
        Action::DecideRequest { domain, .. }
        | Action::Revoke { domain, .. }
        | Action::Declassify(domain)
        | Action::Tag(domain)
        | Action::ReadAccess(domain) => Some(format!("decide:{domain}")),
        _ => None,
    };
    scope.map_or_else(
        || "use a token without scopes".to_owned(),
        |scope| format!("use a token with the scope `{scope}`"),
    )
}

impl fmt::Display for TokenScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Query => f.write_str("query"),
            Self::Run(domain) => write!(f, "run:{domain}"),
            Self::Publish(domain) => write!(f, "publish:{domain}"),
            Self::Apply(domain) => write!(f, "apply:{domain}"),
            Self::Decide(domain) => write!(f, "decide:{domain}"),
        }
    }
}

impl FromStr for TokenScope {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        match text.split_once(':') {
            None if text == "query" => Ok(Self::Query),
            Some(("run", domain)) => domain.parse().map(Self::Run),
            Some(("publish", domain)) => domain.parse().map(Self::Publish),
            Some(("apply", domain)) => domain.parse().map(Self::Apply),
            Some(("decide", domain)) => domain.parse().map(Self::Decide),
            _ => Err(Problem::new(Code::InvalidValue, format!("`{}` is not a token scope", text.escape_debug()))
                .with_hint("write `query`, `run:DOMAIN`, `publish:DOMAIN`, `apply:DOMAIN` or `decide:DOMAIN`")),
        }
    }
}

impl TryFrom<String> for TokenScope {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map_err(|problem: Problem| problem.message().to_owned())
    }
}

impl From<TokenScope> for String {
    fn from(scope: TokenScope) -> Self {
        scope.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_round_trip() {
        for text in ["query", "run:claims", "publish:claims", "apply:claims", "decide:claims"] {
            assert_eq!(text.parse::<TokenScope>().unwrap().to_string(), text);
        }
        for text in ["", "query:claims", "run", "run:", "admin", "publish:Claims", "publish:*"] {
            assert!(text.parse::<TokenScope>().is_err(), "{text:?}");
        }
    }
}
