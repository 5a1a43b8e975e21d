/* tessera
materialise: merge
key: [quote_no]
order_by: [revision]
reject: "reject_reason IS NOT NULL"
*/
-- One row for each quote: its last revision. Amounts have decimal commas; T3 and T4 mean something else since 2026.
SELECT
  quote_no,
  customer_id,
  CASE
    WHEN code = 'T1' THEN 'basic'
    WHEN code = 'T2' THEN 'comfort'
    WHEN code = 'T3' AND quoted_on < DATE '2026-01-01' THEN 'young-driver'
    WHEN code = 'T3' THEN 'electric'
    WHEN code = 'T4' AND quoted_on < DATE '2026-01-01' THEN 'second-car'
    WHEN code = 'T4' THEN 'fleet'
  END AS tariff,
  quoted_on,
  annual_premium,
  sum_insured,
  risk_class,
  revision,
  CASE
    WHEN quote_no IS NULL THEN 'no quote number'
    WHEN code NOT IN ('T1', 'T2', 'T3', 'T4') THEN 'unknown tariff'
    WHEN annual_premium IS NULL THEN 'unreadable premium'
    WHEN quoted_on IS NULL THEN 'unreadable day'
  END AS reject_reason
FROM (
  SELECT
    nullif(trim("Quote No"), '') AS quote_no,
    nullif(upper(trim("Customer No")), '') AS customer_id,
    upper(trim("Tariff")) AS code,
    try_cast(concat(split_part("Quoted on", '.', 3), '-', split_part("Quoted on", '.', 2), '-', split_part("Quoted on", '.', 1))
      AS DATE) AS quoted_on,
    try_cast(replace(replace("Annual premium", '.', ''), ',', '.') AS DECIMAL(12,2)) AS annual_premium,
    try_cast("Sum insured" AS BIGINT) AS sum_insured,
    try_cast("Risk class" AS BIGINT) AS risk_class,
    try_cast("Revision" AS BIGINT) AS revision
  FROM bronze.quotes
) AS named
