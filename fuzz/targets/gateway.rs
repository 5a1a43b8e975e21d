//! What the target over `gateway` does with its bytes: shared by the fuzzer and the test that replays the corpus.

use gateway::{Kind, Limits, Statement};

/// The statement gate: a text is refused, or split into statements of which only queries may be planned.
pub fn statement_gate(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(statements) = Statement::parse_all(text, &Limits::default()) else { return };
    assert!(!statements.is_empty());
    for statement in &statements {
        // What is planned starts with one of these words, whatever is written around it.
        if matches!(statement.kind(), Kind::Query) {
            let text = statement.text().to_lowercase();
            let words = ["select", "with", "values", "table", "from"];
            assert!(words.iter().any(|word| text.contains(word)), "{text}");
            assert_eq!(
                Statement::parse_all(statement.text(), &Limits::default()).map(|again| again.len()),
                Ok(1),
                "{text}"
            );
        }
    }
}
