/* tessera
materialise: append
reject: "reject_reason IS NOT NULL"
*/
-- Three systems book, each with dates of its own form.
SELECT
  booking_id,
  payment_ref,
  kind,
  policy_no,
  claim_id,
  amount,
  currency,
  booked_on,
  system,
  CASE
    WHEN system NOT IN ('SAP', 'CORE', 'LEGACY') THEN 'unknown system'
    WHEN booked_on IS NULL THEN 'unreadable day'
    WHEN amount IS NULL OR amount <= 0 THEN 'unreadable amount'
  END AS reject_reason
FROM (
  SELECT
    booking_id,
    payment_ref,
    kind,
    upper(trim(policy_no)) AS policy_no,
    nullif(claim_id, '') AS claim_id,
    try_cast(amount AS DECIMAL(12,2)) AS amount,
    currency,
    CASE
      WHEN system = 'SAP'
        THEN try_cast(concat(split_part(booked_on, '.', 3), '-', split_part(booked_on, '.', 2), '-', split_part(booked_on, '.', 1)) AS DATE)
      WHEN system = 'CORE' THEN try_cast(booked_on AS DATE)
      WHEN system = 'LEGACY'
        THEN try_cast(concat(split_part(booked_on, '/', 3), '-', split_part(booked_on, '/', 1), '-', split_part(booked_on, '/', 2)) AS DATE)
    END AS booked_on,
    system
  FROM bronze.payments
) AS named
