/* tessera
materialise: merge
key: [customer_id]
order_by: [last_change]
reject: "reject_reason IS NOT NULL"
*/
-- One row for each customer: the one that was changed last, in whichever export it came. Remarks stay in bronze.
SELECT
  customer_id,
  concat(given_name, ' ', family_name) AS full_name,
  email,
  phone,
  CASE WHEN regexp_like(national_id, '^[0-9]{11,12}$') THEN national_id END AS national_id,
  birth_date,
  CASE
    WHEN born IS NULL THEN 'absent'
    WHEN birth_date IS NOT NULL THEN 'known'
    WHEN is_slashed AND try_cast(month_first AS DATE) IS NOT NULL THEN 'ambiguous'
    ELSE 'broken'
  END AS birth_state,
  region,
  segment,
  disclosure_block,
  since,
  last_change,
  CASE
    WHEN given_no IS NULL THEN 'no customer number'
    WHEN customer_id IS NULL THEN 'not a customer number'
    WHEN region NOT IN ('EU', 'IN') THEN 'unknown region'
    WHEN last_change IS NULL THEN 'no time of change'
  END AS reject_reason
FROM (
  SELECT
    *,
    -- Indian offices write the day first. European ones write either, so the day is known only where it can be no month.
    CASE
      WHEN regexp_like(born, '^[0-9]{4}-[0-9]{2}-[0-9]{2}$') THEN try_cast(born AS DATE)
      WHEN regexp_like(born, '^[0-9]{2}\.[0-9]{2}\.[0-9]{4}$')
        THEN try_cast(concat(split_part(born, '.', 3), '-', split_part(born, '.', 2), '-', split_part(born, '.', 1)) AS DATE)
      WHEN is_slashed AND (region = 'IN' OR first_part > '12' OR first_part = second_part) THEN try_cast(day_first AS DATE)
      WHEN is_slashed AND second_part > '12' THEN try_cast(month_first AS DATE)
    END AS birth_date
  FROM (
    SELECT
      *,
      regexp_like(born, '^[0-9]{2}/[0-9]{2}/[0-9]{4}$') AS is_slashed,
      split_part(born, '/', 1) AS first_part,
      split_part(born, '/', 2) AS second_part,
      concat(split_part(born, '/', 3), '-', split_part(born, '/', 2), '-', split_part(born, '/', 1)) AS day_first,
      concat(split_part(born, '/', 3), '-', split_part(born, '/', 1), '-', split_part(born, '/', 2)) AS month_first
    FROM (
      SELECT
        nullif(trim("Customer No"), '') AS given_no,
        CASE
          WHEN regexp_like(upper(trim("Customer No")), '^C-?[0-9]{8}$') THEN concat('C-', right(trim("Customer No"), 8))
        END AS customer_id,
        trim("Given name") AS given_name,
        trim("Family name") AS family_name,
        lower(nullif(trim("E-Mail"), '')) AS email,
        nullif(trim("Phone (mobile)"), '') AS phone,
        regexp_replace("National ID", '[^0-9]', '', 'g') AS national_id,
        nullif(trim("Date of birth"), '') AS born,
        upper(trim("Region")) AS region,
        lower(trim("Segment")) AS segment,
        coalesce(lower(trim("Disclosure block")) = 'yes', FALSE) AS disclosure_block,
        try_cast("Customer since" AS DATE) AS since,
        try_cast("Last change" AS TIMESTAMP) AS last_change
      FROM bronze.customers
    ) AS named
  ) AS split
) AS dated
