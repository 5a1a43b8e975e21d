/* tessera
materialise: append
reject: "notice_id IS NULL OR received_at IS NULL"
*/
-- The text of a notice holds names, numbers and ids of people: it stays in bronze.
SELECT
  nullif(notice_id, '') AS notice_id,
  nullif(claim_id, '') AS claim_id,
  channel,
  CASE
    WHEN regexp_like(received_at, '(Z|[+-][0-9]{2}:[0-9]{2})$') THEN try_cast(received_at AS TIMESTAMP)
    WHEN region = 'IN' THEN try_cast(concat(received_at, '+05:30') AS TIMESTAMP)
    ELSE try_cast(concat(received_at, '+01:00') AS TIMESTAMP)
  END AS received_at
FROM bronze.notices
