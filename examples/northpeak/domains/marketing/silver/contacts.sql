/* tessera
materialise: append
reject: "customer_id IS NULL"
*/
SELECT
  contact_id,
  nullif(upper(trim(customer_no)), '') AS customer_id,
  campaign,
  channel,
  event,
  consent,
  try_cast(contacted_at AS TIMESTAMP) AS contacted_at
FROM bronze.contacts
