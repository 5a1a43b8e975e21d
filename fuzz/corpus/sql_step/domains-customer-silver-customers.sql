/* tessera
materialise: table
reject: "customer_id IS NULL"
*/
SELECT
  customer_id,
  full_name,
  email,
  phone,
  national_id,
  birth_date,
  region,
  segment,
  since
FROM (
  SELECT
    nullif(trim("Customer No"), '') AS customer_id,
    nullif(trim("Full Name"), '') AS full_name,
    lower(nullif(trim("E-Mail"), '')) AS email,
    nullif(trim("Phone (mobile)"), '') AS phone,
    nullif(trim("National ID"), '') AS national_id,
    try_cast(nullif(trim("Date of birth"), '') AS DATE) AS birth_date,
    upper(nullif(trim("Region"), '')) AS region,
    lower(nullif(trim("Segment"), '')) AS segment,
    try_cast(nullif(trim("Customer since"), '') AS DATE) AS since,
    row_number() OVER (PARTITION BY "Customer No" ORDER BY _batch DESC, _line DESC) AS newest
  FROM bronze.customers
) AS conformed
WHERE newest = 1
