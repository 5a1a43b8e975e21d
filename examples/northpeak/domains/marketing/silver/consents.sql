-- What each customer said last about being written to, whenever it arrived.
SELECT customer_id, consent, contacted_at AS since
FROM (
  SELECT
    customer_id, consent, contacted_at,
    row_number() OVER (PARTITION BY customer_id ORDER BY contacted_at DESC, contact_id DESC) AS newest
  FROM silver.contacts
  WHERE event IN ('opt_in', 'opt_out')
) AS said
WHERE newest = 1
