//! PostgreSQL's dialect as the parser has it, but for readings that nobody needs and that cost twice as much for every
//! level of what they read.

use std::any::TypeId;

use sqlparser::{
    dialect::{Dialect, PostgreSqlDialect, Precedence},
    keywords::Keyword,
    parser::{Parser, ParserError},
};

/// The dialect of statements, steps and row scopes.
///
/// Names of arguments are words (`f(a => 1)`), not expressions, and words that PostgreSQL reserves are no names of columns
/// and functions. SECURITY: otherwise the parser reads every argument twice to find an expression as its name, and what follows
/// such a word twice where it holds an error, so that forty levels take longer than anybody waits (test
/// `depth_costs_no_more_than_length`). What is left of that is bounded by [`super::is_bounded`].
#[derive(Debug, Clone, Copy, Default)]
pub struct Postgres;

const WHOLE: PostgreSqlDialect = PostgreSqlDialect {};

macro_rules! as_postgres {
    ($(fn $name:ident($($argument:ident: $kind:ty)?) -> $answer:ty;)*) => {
        $(fn $name(&self $(, $argument: $kind)?) -> $answer {
            WHOLE.$name($($argument)?)
        })*
    };
}

impl Dialect for Postgres {
    fn dialect(&self) -> TypeId {
        WHOLE.dialect()
    }

    fn is_reserved_for_identifier(&self, keyword: Keyword) -> bool {
        const RESERVED: &[Keyword] =
            &[Keyword::ARRAY, Keyword::CASE, Keyword::CAST, Keyword::NOT, Keyword::SAFE_CAST, Keyword::TRY_CAST];
        RESERVED.contains(&keyword) || WHOLE.is_reserved_for_identifier(keyword)
    }

    fn supports_named_fn_args_with_expr_name(&self) -> bool {
        false
    }

    as_postgres! {
        fn identifier_quote_style(identifier: &str) -> Option<char>;
        fn is_delimited_identifier_start(ch: char) -> bool;
        fn is_identifier_start(ch: char) -> bool;
        fn is_identifier_part(ch: char) -> bool;
        fn supports_unicode_string_literal() -> bool;
        fn is_custom_operator_part(ch: char) -> bool;
        fn get_next_precedence(parser: &Parser) -> Option<Result<u8, ParserError>>;
        fn supports_filter_during_aggregation() -> bool;
        fn supports_group_by_expr() -> bool;
        fn prec_value(prec: Precedence) -> u8;
        fn allow_extract_custom() -> bool;
        fn allow_extract_single_quotes() -> bool;
        fn supports_create_index_with_clause() -> bool;
        fn supports_explain_with_utility_options() -> bool;
        fn supports_listen_notify() -> bool;
        fn supports_factorial_operator() -> bool;
        fn supports_bitwise_shift_operators() -> bool;
        fn supports_comment_on() -> bool;
        fn supports_load_extension() -> bool;
        fn supports_named_fn_args_with_colon_operator() -> bool;
        fn supports_empty_projections() -> bool;
        fn supports_nested_comments() -> bool;
        fn supports_string_escape_constant() -> bool;
        fn supports_numeric_literal_underscores() -> bool;
        fn supports_array_typedef_with_brackets() -> bool;
        fn supports_geometric_types() -> bool;
        fn supports_set_names() -> bool;
        fn supports_alter_column_type_using() -> bool;
        fn supports_notnull_operator() -> bool;
        fn supports_interval_options() -> bool;
        fn supports_insert_table_alias() -> bool;
        fn supports_create_table_like_parenthesized() -> bool;
        fn supports_select_wildcard_with_alias() -> bool;
        fn supports_comma_separated_trim() -> bool;
        fn supports_xml_expressions() -> bool;
        fn supports_comment_optimizer_hint() -> bool;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_other_reading_is_that_of_postgresql() {
        for sql in [
            "SELECT a::int, b ->> 'x', c #> '{a}', 5!, 1 << 2, 1_000, E'a\\n', U&'\\0061', $$x$$, \"Q\" FROM t",
            "SELECT count(*) FILTER (WHERE a) FROM t GROUP BY (a), ROLLUP (b, c)",
            "SELECT extract(epoch FROM a), extract('year' FROM a), interval '1 day', a NOTNULL, a ISNULL FROM t",
            "SELECT FROM t /* a /* b */ c */",
            "SELECT x FROM t WHERE a ~* 'b' AND NOT a OR b <-> c AND d @> e AND a BETWEEN 1 AND 2 + 3",
            "SELECT ARRAY[1, 2][1], CAST('{1}' AS int[]), point '(1,2)', trim(BOTH 'x' FROM y), trim(a, b)",
            "SELECT * AS x FROM t",
            "EXPLAIN (ANALYZE, VERBOSE) SELECT 1",
            "CREATE TABLE a (LIKE b)",
            "SELECT 'open",
        ] {
            assert_eq!(Parser::parse_sql(&Postgres, sql), Parser::parse_sql(&WHOLE, sql), "{sql}");
        }
        let named = "SELECT f(a => 1, b := g(c => 2))";
        let printed = |dialect: &dyn Dialect| Parser::parse_sql(dialect, named).map(|parsed| format!("{parsed:#?}"));
        assert!(printed(&Postgres).unwrap().contains("Named {"), "{named}");
        assert!(printed(&WHOLE).unwrap().contains("ExprNamed {"), "{named}");
    }

    #[test]
    fn depth_costs_no_more_than_length() {
        for (open, close) in [
            ("f(", ")"),
            ("f(1, ", ")"),
            ("(", ")"),
            ("NOT (", ")"),
            ("ARRAY[", "]"),
            ("CASE WHEN true THEN ", " END"),
            ("CAST(", " AS INT)"),
            ("EXISTS (SELECT ", ")"),
            ("trim(", ")"),
        ] {
            for heart in ["1", "1 1 1"] {
                let sql = format!("SELECT {}{heart}{}", open.repeat(40), close.repeat(40));
                let start = std::time::Instant::now();
                let outcome = Parser::new(&Postgres).with_recursion_limit(1_000).try_with_sql(&sql).unwrap();
                assert_eq!({ outcome }.parse_statements().is_ok(), heart == "1", "{open}");
                assert!(start.elapsed() < std::time::Duration::from_secs(2), "{open}: {:?}", start.elapsed());
            }
        }
    }
}
