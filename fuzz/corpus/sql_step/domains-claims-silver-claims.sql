/* tessera
materialise: table
reject: "claim_id IS NULL"
*/
SELECT
  claim_id,
  customer,
  line_of_business,
  try_cast(amount AS DECIMAL(12,2)) AS amount,
  try_cast(reported_at AS TIMESTAMP) AS reported_at,
  status
FROM bronze.notices
