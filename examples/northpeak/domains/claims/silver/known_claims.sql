/* tessera
purpose: claims-handling
reject: "reject_reason IS NOT NULL"
*/
-- Claims on policies and of customers that the mesh knows, looked up where those lists lie.
SELECT
  c.claim_id, c.policy_no, c.customer_id, c.line_of_business, c.loss_date, c.reported_at, c.amount, c.currency, c.status,
  c.description, c.updated_at,
  CASE
    WHEN k.customer_id IS NULL THEN 'unknown customer'
    WHEN p.policy_no IS NULL THEN 'unknown policy'
  END AS reject_reason
FROM silver.claims AS c
LEFT JOIN customer.customer_keys.keys AS k ON k.customer_id = c.customer_id
LEFT JOIN policy.policy_keys.keys AS p ON p.policy_no = c.policy_no
