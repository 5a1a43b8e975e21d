//! The reference page is what the binary accepts.

#[test]
fn the_reference_page_is_current() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/cli.md");
    #[expect(clippy::disallowed_methods, reason = "`cargo xtask reference` asks for the page to be written")]
    let write = std::env::var("TESSERA_WRITE_REFERENCE").is_ok();
    if write {
        std::fs::write(page, tessera_cli::reference_markdown()).unwrap();
    }
    let written = std::fs::read_to_string(page).unwrap();
    assert!(
        written == tessera_cli::reference_markdown(),
        "docs/reference/cli.md is not current: run `cargo xtask reference`"
    );
}
