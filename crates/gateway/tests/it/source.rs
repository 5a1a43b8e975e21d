//! Rules about the source itself.

use std::path::Path;

/// D3: no other module of this crate makes or runs a plan.
#[test]
fn one_way_to_the_data() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let allowed = ["run/plan.rs", "run/stream.rs"];
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(&root).unwrap().display().to_string();
            let text = std::fs::read_to_string(&path).unwrap();
            let text = text.split("#[cfg(test)]").next().unwrap();
            for call in ["create_physical_plan(", "execute_stream(", "SessionContext", ".collect().await"] {
                let found = text.contains(call) && !allowed.contains(&name.as_str());
                assert!(!found || name.ends_with("tests.rs"), "{name} calls {call}");
            }
        }
    }
}
