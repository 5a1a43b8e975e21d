SELECT customer_id, region FROM silver.customers
