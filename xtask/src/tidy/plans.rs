//! One way to the data: only two modules may create or execute a query plan.
//!
//! `gateway::run` answers principals; `pipeline::engine` works on one domain's own zones and the candidate under the
//! gate. Any other call site of these functions would be a second way to rows.

use std::path::Path;

use super::Sources;

/// Calls that create or execute a plan.
const CALLS: &[&str] = &[
    "SessionContext::new",
    "state.create_physical_plan(",
    "state().create_physical_plan(",
    "context.create_physical_plan(",
    "planner.create_physical_plan(",
    "create_logical_plan(",
    "statement_to_plan(",
    "execute_stream(",
    "execute_logical_plan(",
    "collect_partitioned(",
    ".read_parquet(",
    ".read_csv(",
    ".read_json(",
];

/// Where they are at home.
const HOMES: &[&str] = &["crates/gateway/src/run", "crates/pipeline/src/engine"];

/// Call sites outside the two modules. Tests and benchmarks compare with plain DataFusion on purpose.
pub fn check(sources: &Sources) -> Vec<String> {
    sources.files.iter().filter(|(path, _)| concerns(path)).flat_map(|(path, text)| check_file(path, text)).collect()
}

fn concerns(path: &Path) -> bool {
    let text = path.to_string_lossy();
    text.contains("/src/") && !text.starts_with("xtask") && !HOMES.iter().any(|home| text.starts_with(home))
}

fn check_file(path: &Path, text: &str) -> Vec<String> {
    let product = text.split("#[cfg(test)]").next().unwrap_or(text);
    product
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .flat_map(|(number, line)| {
            CALLS.iter().filter(move |call| line.contains(**call)).map(move |call| {
                format!("{}:{}: `{call}` outside gateway::run and pipeline::engine", path.display(), number + 1)
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_way_to_rows_is_found() {
        let text = "//! x\nlet context = SessionContext::new();\n";
        assert!(concerns(Path::new("crates/server/src/http/query.rs")));
        assert!(!concerns(Path::new("crates/gateway/src/run/plan.rs")));
        assert!(!concerns(Path::new("crates/gateway/tests/it/mirror.rs")));
        assert_eq!(check_file(Path::new("a.rs"), text).len(), 1);
        assert!(check_file(Path::new("a.rs"), "// SessionContext::new\n").is_empty());
    }
}
