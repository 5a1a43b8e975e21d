/* tessera
materialise: merge
key: [claim_id]
order_by: [updated_at]
reject: "reject_reason IS NOT NULL"
*/
-- One row for each claim: its last version. Every value is made text first, so that the step reads the dump, whose
-- columns are text, and the table itself, whose columns have types.
SELECT
  claim_id,
  policy_no,
  customer_id,
  line_of_business,
  loss_date,
  reported_at,
  amount,
  currency,
  status,
  description,
  updated_at,
  CASE
    WHEN claim_id IS NULL THEN 'no claim number'
    WHEN updated_at IS NULL OR reported_at IS NULL THEN 'unreadable time'
    WHEN amount IS NULL OR amount < 0 THEN 'no amount or a negative one'
    WHEN loss_date > CAST(reported_at AS DATE) THEN 'loss after its report'
  END AS reject_reason
FROM (
  SELECT
    nullif(trim(CAST(claim_id AS VARCHAR)), '') AS claim_id,
    upper(trim(CAST(policy_no AS VARCHAR))) AS policy_no,
    upper(trim(CAST(customer_no AS VARCHAR))) AS customer_id,
    lower(CAST(line_of_business AS VARCHAR)) AS line_of_business,
    try_cast(CAST(loss_date AS VARCHAR) AS DATE) AS loss_date,
    try_cast(CAST(reported_at AS VARCHAR) AS TIMESTAMP) AS reported_at,
    try_cast(CAST(amount AS VARCHAR) AS DECIMAL(12,2)) AS amount,
    CAST(currency AS VARCHAR) AS currency,
    lower(CAST(status AS VARCHAR)) AS status,
    CAST(description AS VARCHAR) AS description,
    try_cast(CAST(updated_at AS VARCHAR) AS TIMESTAMP) AS updated_at
  FROM bronze.claims
) AS named
