/* tessera
purpose: policy-administration
reject: "NOT customer_known"
*/
-- Policies of customers whom the customer domain knows, looked up where that list lies.
SELECT
  p.policy_no, p.customer_id, p.line_of_business, p.coverage, p.region, p.status, p.annual_premium, p.currency, p.starts_on,
  p.occurred_at,
  k.customer_id IS NOT NULL AS customer_known
FROM silver.policies AS p
LEFT JOIN customer.customer_keys.keys AS k ON k.customer_id = p.customer_id
