SELECT payment_ref, booking_id, kind, policy_no, claim_id, amount, currency, booked_on, region, system FROM silver.ledger
