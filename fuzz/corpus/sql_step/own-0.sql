/* tessera
partition_by: [region]
reject: "amount IS NULL"
purpose: billing
*/
SELECT a FROM bronze.claims
