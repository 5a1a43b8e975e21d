/* tessera
purpose: fraud-detection
*/
-- Nothing is copied: live policies and customers are read where they lie, masked as they were granted. Documents are
-- tokens here, and equal ones are found all the same. The partition names `disclosure_block`, so that the rows that meet
-- agree in it and the restriction of the customer master goes on to hold.
WITH people AS (
  SELECT
    customer_id, national_id, disclosure_block,
    count(*) OVER (PARTITION BY national_id, disclosure_block) AS customers
  FROM customer.customer_master.customers
),
histories AS (
  SELECT customer_id, count(*) AS claims FROM silver.known_claims GROUP BY customer_id
)
SELECT
  claim_id, policy_no, customer_id, customer_national_id, disclosure_block, line_of_business, amount, reported_at,
  days_covered, claims_of_customer, customers_with_this_identity, harsh_brakes_per_100_km,
  CASE WHEN customers_with_this_identity > 1 THEN 60 ELSE 0 END
    + CASE WHEN days_covered BETWEEN 0 AND 30 THEN 20 ELSE 0 END
    + CASE WHEN claims_of_customer > 2 THEN 10 ELSE 0 END
    + CASE WHEN harsh_brakes_per_100_km > 8 THEN 10 ELSE 0 END AS score
FROM (
  SELECT
    c.claim_id,
    c.policy_no,
    c.customer_id,
    m.national_id AS customer_national_id,
    m.disclosure_block,
    c.line_of_business,
    c.amount,
    c.reported_at,
    CAST(CAST(c.loss_date AS INT) - CAST(p.starts_on AS INT) AS BIGINT) AS days_covered,
    h.claims AS claims_of_customer,
    CASE WHEN m.national_id IS NULL THEN 1 ELSE m.customers END AS customers_with_this_identity,
    d.harsh_brakes_per_100_km
  FROM silver.known_claims AS c
  JOIN policy.policies_active.policies AS p ON p.policy_no = c.policy_no
  JOIN people AS m ON m.customer_id = c.customer_id
  JOIN histories AS h ON h.customer_id = c.customer_id
  LEFT JOIN silver.driving AS d ON d.policy_no = c.policy_no
) AS seen
