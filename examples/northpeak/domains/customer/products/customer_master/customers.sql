SELECT
  customer_id, full_name, email, phone, national_id, birth_date, birth_state, region, segment, disclosure_block, since,
  last_change
FROM silver.customers
