//! Where a server listens: a host and a port, nothing else that an address may hold.

use std::{fmt, net::IpAddr, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::error::{Code, Problem};

/// `host:port`; the host is a name or an address, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Endpoint {
    host: String,
    port: u16,
}

impl Endpoint {
    /// The host, without the brackets of an IPv6 address.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether what is sent there stays on this machine.
    pub fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

impl FromStr for Endpoint {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        // SECURITY: a URL may hold a password, so it is not repeated (test `a_url_is_no_endpoint_and_is_not_repeated`).
        let wrong = || {
            Problem::new(Code::InvalidValue, "`host` is not a host and a port")
                .with_hint("write `host: ops-db:5432`; user and password stand under `credentials`")
        };
        let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
        let is_number = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
        let port: u16 = port.parse().ok().filter(|port| is_number && *port > 0).ok_or_else(wrong)?;
        let is_label = |label: &str| {
            !label.is_empty()
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
                && !label.starts_with('-')
        };
        let host = match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(address) => address.parse::<std::net::Ipv6Addr>().map_err(|_| wrong())?.to_string(),
            None if host.len() <= 253 && host.split('.').all(is_label) => host.to_ascii_lowercase(),
            None => return Err(wrong()),
        };
        Ok(Self { host, port })
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

impl TryFrom<String> for Endpoint {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map_err(|problem: Problem| problem.message().to_owned())
    }
}

impl From<Endpoint> for String {
    fn from(endpoint: Endpoint) -> Self {
        endpoint.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_and_a_port_are_an_endpoint() {
        for (text, shown) in [
            ("ops-db:5432", "ops-db:5432"),
            ("Ops_DB.example:1", "ops_db.example:1"),
            ("10.0.0.7:65535", "10.0.0.7:65535"),
            ("[::1]:5432", "[::1]:5432"),
        ] {
            assert_eq!(text.parse::<Endpoint>().unwrap().to_string(), shown);
        }
        for text in ["localhost:5432", "127.0.0.9:5432", "[::1]:5432"] {
            assert!(text.parse::<Endpoint>().unwrap().is_loopback(), "{text}");
        }
        assert!(!"localhost.example:5432".parse::<Endpoint>().unwrap().is_loopback());
    }

    #[test]
    fn a_url_is_no_endpoint_and_is_not_repeated() {
        for text in [
            "postgres://reader:hunter2@ops-db:5432",
            "reader:hunter2@ops-db:5432",
            "/var/run/hunter2:5432",
            "hunter2",
            "a,hunter2:5432",
            "hunter2:0",
            "hunter2:+1",
            "hunter2:65536",
            ":5432",
            "hunter2..b:1",
            "[hunter2]:1",
            "-hunter2:1",
        ] {
            let problem = text.parse::<Endpoint>().unwrap_err();
            assert!(!format!("{problem:?}").contains("hunter2"), "{text}");
        }
    }
}
