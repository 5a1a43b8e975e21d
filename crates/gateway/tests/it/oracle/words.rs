//! What statements are made of: expressions, conditions and sources over the fixture's ports.

/// Words of one dialect. Every expression and condition is over `c`, the customers.
#[derive(Debug)]
pub struct Words {
    pub values: Vec<&'static str>,
    pub conditions: Vec<&'static str>,
    /// Joined to `c`.
    pub joins: Vec<&'static str>,
    pub windows: Vec<&'static str>,
    pub measures: Vec<&'static str>,
    /// Statements that are not made of the above.
    pub others: Vec<&'static str>,
    /// Whether rows may be cut without an order, and plans be asked for.
    pub unordered_limits: bool,
}

impl Words {
    /// What a plain engine over the visible rows answers the same.
    pub fn shared() -> Self {
        Self {
            values: VALUES.to_vec(),
            conditions: CONDITIONS.to_vec(),
            joins: JOINS.to_vec(),
            windows: WINDOWS.to_vec(),
            measures: MEASURES.to_vec(),
            others: vec![],
            unordered_limits: false,
        }
    }

    /// All of it: also what is refused, what fails on purpose, catalogs and plans.
    pub fn all() -> Self {
        let mut words = Self::shared();
        words.values.extend(FAILING_VALUES);
        words.conditions.extend(FAILING_CONDITIONS);
        words.joins.extend(MORE_JOINS);
        words.windows.extend(MORE_WINDOWS);
        words.measures.extend(MORE_MEASURES);
        words.others.extend(OTHERS);
        words.unordered_limits = true;
        words
    }
}

pub const CUSTOMERS: &str = "customer.customer_master.customers";

const VALUES: [&str; 22] = [
    "c.customer_id",
    "c.full_name",
    "c.email",
    "c.national_id",
    "c.birth_date",
    "c.income",
    "c.notes",
    "c.region",
    "c.segment",
    "upper(c.email)",
    "substr(c.national_id, 1, 4)",
    "date_part('year', c.birth_date)",
    "coalesce(c.income, 0)",
    "CAST(c.notes AS INT)",
    "1/(c.customer_id - 777001)",
    "md5(c.full_name)",
    "c.email || c.segment",
    "CASE WHEN c.income IS NULL THEN 1 ELSE 2 END",
    "c.profile",
    "length(c.email)",
    "CAST(c.birth_date AS VARCHAR)",
    "c.customer_id % 7",
];

/// Some fail on a row that is visible, some would on one that is not, some are refused or name what does not exist.
const FAILING_VALUES: [&str; 20] = [
    "1/(c.customer_id - 1010)",
    "CAST(c.customer_id * 1000 AS SMALLINT)",
    "CAST(c.customer_id - 700000 AS SMALLINT)",
    "CAST(c.email AS INT)",
    "CAST(c.notes AS DATE)",
    "9223372036854775807 + c.customer_id",
    "1/(c.income - 424242.42)",
    "sqrt(c.income - 424242.42)",
    "c.adjuster_notes",
    "c.nothing",
    "nothing(c.email)",
    "regexp_replace(c.email, '(.)', '\\1\\1')",
    "repeat(c.notes, CAST(c.notes AS INT) - 1030)",
    "to_char(c.birth_date, '%j')",
    "(SELECT max(k.amount) FROM claims.claims_enriched.claims k WHERE k.customer_id = c.customer_id)",
    "(SELECT count(*) FROM customer.customer_master.customers o WHERE o.income > c.income)",
    "(SELECT k.amount FROM claims.claims_enriched.claims k WHERE k.customer_id = c.customer_id)",
    "c.updated_at - INTERVAL '1' DAY",
    "CAST(c.updated_at AS BIGINT)",
    "random() < 2",
];

const CONDITIONS: [&str; 26] = [
    "c.region = 'EU'",
    "c.region <> 'EU'",
    "c.region IS NULL",
    "c.full_name = 'REDACTED'",
    "c.full_name = 'Ada Lovell'",
    "c.income > 50000",
    "c.income IS NULL",
    "c.customer_id BETWEEN 1005 AND 1020",
    "c.customer_id IN (1001, 777001, 999999)",
    "c.customer_id > 2000",
    "c.customer_id = 1007 OR c.segment = 'vip'",
    "c.email LIKE 'a%'",
    "c.email LIKE 'p%'",
    "c.birth_date = DATE '1990-01-01'",
    "c.birth_date > DATE '1960-06-01'",
    "c.segment = 'vip'",
    "c.segment = 'platinum'",
    "CAST(c.notes AS INT) > 1010",
    "1/(c.customer_id - 777001) < 5",
    "c.national_id > '8'",
    "c.national_id = 'EU-RAW-1001'",
    "EXISTS (SELECT 1 FROM claims.claims_enriched.claims k WHERE k.customer_id = c.customer_id)",
    "c.customer_id NOT IN (SELECT customer_id FROM claims.claims_enriched.claims WHERE amount > 500)",
    "1 = 1",
    "c.updated_at > TIMESTAMP '2026-01-01 00:00:00Z'",
    "c.profile IS NULL",
];

const FAILING_CONDITIONS: [&str; 14] = [
    "1/(c.customer_id - 2003) < 5",
    "1/(c.customer_id - 1023) < 5",
    "CAST(c.email AS INT) > 0",
    "CAST(c.customer_id - 700000 AS SMALLINT) < 0",
    "c.income / 0 > 1",
    "c.email ~ '^p[0-9]+'",
    "c.email ~ '('",
    "c.customer_id = ANY (SELECT o.customer_id FROM customer.customer_master.customers o ORDER BY o.income LIMIT 3)",
    "c.income = (SELECT max(o.income) FROM customer.customer_master.customers o)",
    "EXISTS (SELECT 1 FROM customer.customer_master.customers o WHERE o.birth_date < c.birth_date)",
    "c.customer_id > (SELECT avg(1/(o.customer_id - 777001)) FROM customer.customer_master.customers o)",
    "c.salary > 1",
    "c.notes",
    "c.region = region",
];

const JOINS: [&str; 2] = [
    "JOIN claims.claims_enriched.claims k ON k.customer_id = c.customer_id",
    "LEFT JOIN policy.policies_active.policies p ON p.customer_id = c.customer_id",
];

const MORE_JOINS: [&str; 8] = [
    "FULL JOIN claims.claims_enriched.claims k ON k.customer_id = c.customer_id AND k.amount > 300",
    "RIGHT JOIN (VALUES (777001), (999999), (1001)) g(id) ON g.id = c.customer_id",
    "JOIN customer.customer_master.customers o ON o.national_id = c.national_id",
    "JOIN customer.customer_master.customers o ON o.income = c.income",
    "LEFT JOIN customer.customer_master.customers o ON o.birth_date < c.birth_date AND o.segment <> c.segment",
    "JOIN claims.claims_enriched.claims k ON 1/(k.customer_id - c.customer_id) > 0",
    "JOIN hr.payroll.salaries s ON true",
    "CROSS JOIN (SELECT count(*) AS n FROM customer.customer_master.customers) t",
];

const WINDOWS: [&str; 5] = [
    "row_number() OVER (ORDER BY c.customer_id)",
    "rank() OVER (ORDER BY c.birth_date)",
    "lag(c.email) OVER (ORDER BY c.customer_id)",
    "count(*) OVER (PARTITION BY c.segment)",
    "sum(c.income) OVER (PARTITION BY c.full_name)",
];

const MORE_WINDOWS: [&str; 5] = [
    "row_number() OVER ()",
    "ntile(4) OVER (ORDER BY c.income, c.customer_id)",
    "first_value(c.customer_id) OVER (ORDER BY c.income, c.updated_at)",
    "sum(1/(c.customer_id - 777001)) OVER (ORDER BY c.customer_id)",
    "max(c.updated_at) OVER (ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING)",
];

const MEASURES: [&str; 8] = [
    "count(*)",
    "count(c.income)",
    "min(c.email)",
    "max(c.birth_date)",
    "sum(c.income)",
    "count(DISTINCT c.national_id)",
    "count(*) FILTER (WHERE c.email LIKE 'a%')",
    "bool_or(c.income IS NULL)",
];

const MORE_MEASURES: [&str; 6] = [
    "string_agg(c.email, ',')",
    "array_agg(c.national_id)",
    "sum(1/(c.customer_id - 777001))",
    "max(CAST(c.notes AS INT))",
    "stddev(c.customer_id)",
    "approx_distinct(c.national_id)",
];

const OTHERS: [&str; 20] = [
    "SELECT table_catalog, table_schema, table_name FROM information_schema.tables",
    "SELECT * FROM information_schema.columns",
    "SELECT * FROM information_schema.schemata",
    "SELECT oid, relname, relnamespace, reltuples, relpages FROM pg_catalog.pg_class",
    "SELECT attrelid, attname, atttypid, attnum, attnotnull FROM pg_catalog.pg_attribute",
    "SELECT nspname FROM pg_catalog.pg_namespace",
    "SELECT has_table_privilege('hr.payroll.salaries', 'SELECT')",
    "SELECT * FROM hr.payroll.salaries",
    "SELECT * FROM hr.payroll.nothing",
    "SELECT * FROM hr.nothing.salaries",
    "SELECT salary FROM payroll",
    "SELECT * FROM customer.customer_master.customerz",
    "SELECT adjuster_notes FROM claims.claims_enriched.claims",
    "SELECT * FROM claims.claims_enriched.claims",
    "SELECT adjuster_note FROM claims.claims_enriched.claims",
    "SELECT count(*), count(DISTINCT region) FROM claims.claims_enriched.claims",
    "SELECT * FROM customer.customer_master.customers TABLESAMPLE BERNOULLI (50)",
    "SELECT 1 FROM customer.customer_master.customers FOR UPDATE",
    "SELECT region, segment, count(*) FROM customer.customer_master.customers GROUP BY GROUPING SETS ((region), (segment), ())",
    "WITH RECURSIVE r(n) AS (SELECT min(customer_id) FROM customer.customer_master.customers UNION ALL SELECT n + 1 FROM r WHERE n < (SELECT max(customer_id) FROM customer.customer_master.customers)) SELECT n FROM r",
];
