/* tessera
purpose: claims-handling
*/
SELECT
  c.claim_id,
  c.policy_no,
  c.customer_id,
  m.birth_date AS customer_birth_date,
  m.region,
  m.segment,
  m.disclosure_block,
  c.line_of_business,
  c.loss_date,
  c.reported_at,
  c.amount,
  c.currency,
  c.status,
  n.channel,
  c.updated_at
FROM silver.known_claims AS c
JOIN customer.customer_master.customers AS m ON m.customer_id = c.customer_id
LEFT JOIN silver.notices AS n ON n.claim_id = c.claim_id
