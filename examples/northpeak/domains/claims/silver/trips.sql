/* tessera
materialise: append
reject: "km IS NULL OR km < 0"
*/
SELECT trip_id, policy_no, started_at, km, harsh_brakes, night_share FROM bronze.trips
