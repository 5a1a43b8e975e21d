/* tessera
materialise: table
purpose: claims-handling
*/
SELECT
  claims.claim_id,
  claims.customer AS customer_id,
  customers.national_id AS customer_national_id,
  customers.birth_date AS customer_birth_date,
  customers.region,
  customers.segment,
  claims.line_of_business,
  claims.amount,
  claims.reported_at,
  claims.status
FROM silver.claims AS claims
JOIN customer.customer_master.customers AS customers ON customers.customer_id = claims.customer
