-- What a step sets aside is a table like any other for its own domain: `<table>__rejected`.
SELECT reject_reason AS reason, count(*) AS events FROM silver.policies__rejected GROUP BY reject_reason
UNION ALL
SELECT 'unknown customer' AS reason, count(*) AS events FROM silver.known_policies__rejected HAVING count(*) > 0
