//! The reference page is what the binary accepts.

#[test]
fn the_reference_page_is_current() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/cli.md");
    let written = std::fs::read_to_string(page).unwrap();
    assert!(
        written == tessera_cli::reference_markdown(),
        "docs/reference/cli.md is not current: run `cargo xtask reference`"
    );
}
