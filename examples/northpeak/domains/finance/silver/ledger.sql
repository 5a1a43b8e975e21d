/* tessera
purpose: financial-reporting
reject: "NOT policy_known"
*/
-- Each payment once, however often it was booked, and only on policies that the policy domain knows.
SELECT
  b.payment_ref, b.booking_id, b.kind, b.policy_no, b.claim_id, b.amount, b.currency, b.booked_on, b.system, k.region,
  k.policy_no IS NOT NULL AS policy_known
FROM (
  SELECT
    payment_ref, booking_id, kind, policy_no, claim_id, amount, currency, booked_on, system,
    row_number() OVER (PARTITION BY payment_ref ORDER BY booking_id) AS nth
  FROM silver.payments
) AS b
LEFT JOIN policy.policy_keys.keys AS k ON k.policy_no = b.policy_no
WHERE b.nth = 1
