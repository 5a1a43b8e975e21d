//! Counters of the doors in the Prometheus text format. No label ever holds a name, a principal or a text.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// The counters.
#[derive(Debug, Default)]
pub struct Metrics {
    requests: [AtomicU64; 5],
    http_statements: AtomicU64,
    postgres_statements: AtomicU64,
    http_failures: AtomicU64,
    postgres_failures: AtomicU64,
    postgres_open: AtomicI64,
    stamped: AtomicU64,
    rounds: AtomicU64,
    removed_files: AtomicU64,
    removed_bytes: AtomicU64,
}

impl Metrics {
    /// Counts an HTTP answer by the class of its status.
    pub fn answered(&self, status: u16) {
        let class = usize::from(status / 100).clamp(1, 5) - 1;
        if let Some(counter) = self.requests.get(class) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Counts a statement.
    pub fn statement(&self, door: &'static str) {
        self.pick(door, &self.http_statements, &self.postgres_statements).fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a failure told to a client.
    pub fn failed(&self, door: &'static str) {
        self.pick(door, &self.http_failures, &self.postgres_failures).fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a Postgres connection that got in.
    pub fn postgres_opened(&self) {
        self.postgres_open.fetch_add(1, Ordering::Relaxed);
    }

    /// And its end.
    pub fn postgres_closed(&self) {
        self.postgres_open.fetch_sub(1, Ordering::Relaxed);
    }

    /// Counts a domain whose landing zones were stamped.
    pub fn zone_stamped(&self) {
        self.stamped.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts what retention removed.
    pub fn removed(&self, files: u64, bytes: u64) {
        self.removed_files.fetch_add(files, Ordering::Relaxed);
        self.removed_bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Counts a round of retention over every domain.
    pub fn tidied(&self) {
        self.rounds.fetch_add(1, Ordering::Relaxed);
    }

    fn pick<'a>(&self, door: &'static str, http: &'a AtomicU64, postgres: &'a AtomicU64) -> &'a AtomicU64 {
        if door == "http" { http } else { postgres }
    }

    /// The page, with the journal's length and the number of published ports that could not be read.
    pub fn render(&self, journal: u64, unreadable: usize) -> String {
        let mut page = String::new();
        let mut family = |name: &str, kind: &str, help: &str, samples: &[(&str, i128)]| {
            page.push_str(&format!("# HELP tessera_{name} {help}\n# TYPE tessera_{name} {kind}\n"));
            for (labels, value) in samples {
                page.push_str(&format!("tessera_{name}{labels} {value}\n"));
            }
        };
        let of = |counter: &AtomicU64| i128::from(counter.load(Ordering::Relaxed));
        let classes =
            ["{status=\"1xx\"}", "{status=\"2xx\"}", "{status=\"3xx\"}", "{status=\"4xx\"}", "{status=\"5xx\"}"];
        let answers: Vec<(&str, i128)> = classes.into_iter().zip(self.requests.iter().map(of)).collect();
        family("http_requests_total", "counter", "HTTP answers by class of status.", &answers);
        let doors = |http: &AtomicU64, postgres: &AtomicU64| {
            [("{door=\"http\"}", of(http)), ("{door=\"postgres\"}", of(postgres))]
        };
        let statements = doors(&self.http_statements, &self.postgres_statements);
        family("statements_total", "counter", "Statements begun by door.", &statements);
        let failures = doors(&self.http_failures, &self.postgres_failures);
        family("failures_total", "counter", "Failures told to clients by door.", &failures);
        let open = i128::from(self.postgres_open.load(Ordering::Relaxed));
        family("postgres_connections", "gauge", "Signed-in Postgres connections.", &[("", open)]);
        family("zones_stamped_total", "counter", "Domains whose zones were stamped.", &[("", of(&self.stamped))]);
        family("retention_rounds_total", "counter", "Rounds of retention.", &[("", of(&self.rounds))]);
        let files = of(&self.removed_files);
        family("retention_files_removed_total", "counter", "Files that retention removed.", &[("", files)]);
        let bytes = of(&self.removed_bytes);
        family("retention_bytes_removed_total", "counter", "Bytes of them.", &[("", bytes)]);
        family("journal_records", "gauge", "Sequence number of the last record.", &[("", i128::from(journal))]);
        let unreadable = unreadable as i128;
        family("ports_unreadable", "gauge", "Published ports that a statement could not read.", &[("", unreadable)]);
        page
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_prometheus_text() {
        let metrics = Metrics::default();
        metrics.answered(200);
        metrics.answered(503);
        metrics.statement("postgres");
        let page = metrics.render(7, 2);
        assert!(page.contains("tessera_http_requests_total{status=\"2xx\"} 1\n"));
        assert!(page.contains("tessera_http_requests_total{status=\"5xx\"} 1\n"));
        assert!(page.contains("tessera_statements_total{door=\"postgres\"} 1\n"));
        assert!(page.contains("# TYPE tessera_journal_records gauge\ntessera_journal_records 7\n"));
        assert!(page.contains("# TYPE tessera_ports_unreadable gauge\ntessera_ports_unreadable 2\n"));
    }
}
