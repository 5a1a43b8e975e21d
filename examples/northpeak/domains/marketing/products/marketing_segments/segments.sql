/* tessera
purpose: marketing
*/
WITH contacted AS (
  SELECT customer_id, count(*) AS contacts, max(contacted_at) AS last_contacted_at
  FROM silver.contacts
  WHERE event = 'contact'
  GROUP BY customer_id
)
SELECT
  m.customer_id,
  m.region,
  m.segment,
  m.birth_date AS birth_year,
  m.disclosure_block,
  coalesce(s.consent, 'given') = 'given' AS contactable,
  coalesce(k.contacts, 0) AS contacts,
  k.last_contacted_at
FROM customer.customer_master.customers AS m
LEFT JOIN silver.consents AS s ON s.customer_id = m.customer_id
LEFT JOIN contacted AS k ON k.customer_id = m.customer_id
