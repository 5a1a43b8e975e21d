-- How each insured car is driven. Devices send trips again: each counts once.
SELECT
  policy_no,
  count(*) AS trips,
  round(sum(km), 1) AS km,
  sum(harsh_brakes) AS harsh_brakes,
  CASE WHEN sum(km) > 0 THEN round(100 * sum(harsh_brakes) / sum(km), 2) END AS harsh_brakes_per_100_km
FROM (
  SELECT trip_id, min(policy_no) AS policy_no, min(km) AS km, min(harsh_brakes) AS harsh_brakes
  FROM silver.trips
  GROUP BY trip_id
) AS once
GROUP BY policy_no
