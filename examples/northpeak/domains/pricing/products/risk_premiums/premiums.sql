/* tessera
purpose: pricing
*/
WITH histories AS (
  SELECT customer_id, disclosure_block, count(*) AS claims, max(score) AS highest_score
  FROM claims.fraud_signals.signals
  GROUP BY customer_id, disclosure_block
)
SELECT
  q.quote_no,
  q.customer_id,
  h.disclosure_block,
  q.tariff,
  q.quoted_on,
  q.annual_premium,
  h.claims,
  h.highest_score,
  5 * h.claims + CASE WHEN h.highest_score >= 60 THEN 50 ELSE 0 END AS loading_percent,
  CAST(q.annual_premium * (100 + 5 * h.claims + CASE WHEN h.highest_score >= 60 THEN 50 ELSE 0 END) / 100 AS DECIMAL(12,2))
    AS risk_premium
FROM silver.quotes AS q
JOIN histories AS h ON h.customer_id = q.customer_id
