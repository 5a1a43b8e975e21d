
/* tessera
materialise: table
*/
SELECT customer_id, full_name, email, phone, national_id, birth_date, region, segment, since
FROM silver.customers
