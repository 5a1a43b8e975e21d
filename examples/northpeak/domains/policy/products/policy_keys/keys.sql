SELECT policy_no, region FROM silver.known_policies
