/* tessera
materialise: merge
key: [policy_no]
order_by: [occurred_at]
reject: "reject_reason IS NOT NULL"
*/
-- One row for each policy: as its last event left it. Events come late, out of order and from systems of two time zones;
-- where a time has no offset it is the office's, which knows no summer time.
SELECT
  policy_no,
  customer_id,
  line_of_business,
  -- Codes M2 and H2 mean something else for policies that began in 2025 or later.
  CASE
    WHEN product_code = 'M1' THEN 'motor-liability'
    WHEN product_code = 'M2' AND starts_on < DATE '2025-01-01' THEN 'motor-comprehensive'
    WHEN product_code = 'M2' THEN 'motor-partial'
    WHEN product_code = 'M3' THEN 'motor-comprehensive'
    WHEN product_code = 'H1' THEN 'home-building'
    WHEN product_code = 'H2' AND starts_on < DATE '2025-01-01' THEN 'home-contents'
    WHEN product_code = 'H2' THEN 'home-contents-glass'
    WHEN product_code = 'L1' THEN 'life-term'
    WHEN product_code = 'L2' THEN 'life-endowment'
  END AS coverage,
  region,
  status,
  annual_premium,
  currency,
  starts_on,
  occurred_at,
  CASE
    WHEN policy_no IS NULL THEN 'no policy number'
    WHEN product_code NOT IN ('M1', 'M2', 'M3', 'H1', 'H2', 'L1', 'L2') THEN 'unknown product code'
    WHEN occurred_at IS NULL THEN 'unreadable time'
  END AS reject_reason
FROM (
  SELECT
    nullif(trim(policy_no), '') AS policy_no,
    upper(trim(customer_no)) AS customer_id,
    lower(line) AS line_of_business,
    upper(product_code) AS product_code,
    upper(region) AS region,
    lower(status) AS status,
    try_cast(premium AS DECIMAL(12,2)) AS annual_premium,
    currency,
    try_cast(starts_on AS DATE) AS starts_on,
    CASE
      WHEN regexp_like(occurred_at, '(Z|[+-][0-9]{2}:[0-9]{2})$') THEN try_cast(occurred_at AS TIMESTAMP)
      WHEN region = 'IN' THEN try_cast(concat(occurred_at, '+05:30') AS TIMESTAMP)
      ELSE try_cast(concat(occurred_at, '+01:00') AS TIMESTAMP)
    END AS occurred_at
  FROM bronze.policy_events
) AS named
