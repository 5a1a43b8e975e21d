//! What is written from the OpenAPI document: `docs/reference/api.md`, every operation with who may call it and what it
//! does, and the console's copy of it.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{
    endpoints::operations,
    page,
    support::{World, run},
};

/// Rules as people read them.
fn who(rule: &str) -> &str {
    match rule {
        "anybody" => "anybody, without a token",
        "any principal" => "whoever has a token; about what they may see",
        "any principal, token without scopes" => "whoever has a token without scopes; about what is theirs",
        "scope query" => "whoever has a token that may query; rows by entitlement",
        "by the command" => "whoever the command is for; it decides for each object",
        "a role in the mesh or a domain" => "who has a role in the mesh or in a domain",
        "administrators and auditors" => "administrators and auditors",
        "auditors" => "auditors",
        other => panic!("no words for the rule `{other}`"),
    }
}

#[test]
fn the_page_lists_the_operations_there_are() {
    run(async {
        let world = World::shared().await;
        let mut by_tag: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        for (method, path, operation) in operations(&world).await {
            let summary = operation["summary"].as_str().or(operation["description"].as_str()).unwrap_or_default();
            assert!(!summary.is_empty(), "{method} {path} says nothing about itself");
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let queries: Vec<String> = parameters
                .iter()
                .filter(|parameter| parameter["in"] == "query")
                .map(|parameter| format!("`{}`", parameter["name"].as_str().unwrap_or_default()))
                .collect();
            let rule = operation["x-rule"].as_str().unwrap_or_default();
            let line =
                format!("| `{method}` | `{path}` | {} | {} | {} |", page::cell(summary), queries.join(", "), who(rule));
            let tag =
                operation["tags"][0].as_str().unwrap_or_else(|| panic!("{method} {path} is in no group")).to_owned();
            by_tag.entry(tag).or_default().push((format!("{path} {method}"), line));
        }
        let mut out = String::new();
        for (tag, mut lines) in by_tag {
            lines.sort();
            writeln!(out, "### {tag}\n\n| | Path | What it does | Query | Who |\n|---|---|---|---|---|").unwrap();
            for (_, line) in lines {
                writeln!(out, "{line}").unwrap();
            }
            out.push('\n');
        }
        page::section_is_current("docs/reference/api.md", "operations", &out);
    });
}

/// The console's types are made from this copy when it is built: a change of the API that it does not know of fails here.
#[test]
fn the_console_is_built_for_the_api_there_is() {
    run(async {
        let world = World::shared().await;
        let document = world.get("", "/openapi.json").await.ok();
        page::page_is_current(
            "console/openapi.json",
            &format!("{}\n", serde_json::to_string_pretty(&document).unwrap()),
        );
    });
}
