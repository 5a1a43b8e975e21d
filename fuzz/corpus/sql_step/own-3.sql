/* tessera
materialise: merge
*/
SELECT 1