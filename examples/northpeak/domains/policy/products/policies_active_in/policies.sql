SELECT
  policy_no, customer_id, line_of_business, coverage, region, status, annual_premium, currency, starts_on,
  occurred_at AS last_event_at
FROM silver.known_policies
WHERE status = 'active' AND region = 'IN'
