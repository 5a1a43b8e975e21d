//! The reference page is what the binary accepts.

use super::page;

#[test]
fn the_reference_page_is_current() {
    page::page_is_current("docs/reference/cli.md", &tessera_cli::reference_markdown());
}
