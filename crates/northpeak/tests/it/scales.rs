//! Scales that mean nothing are refused.

use tessera_northpeak::{POLICYHOLDERS, Scale};

#[test]
fn a_scale_is_a_fraction_of_the_company() {
    for (text, policyholders) in
        [("1", POLICYHOLDERS), ("0.01", 31_000), (" 0.001 ", 3_100), ("0.0002", 620), ("10", 31_000_000)]
    {
        assert_eq!(text.parse::<Scale>().unwrap().policyholders(), policyholders, "{text}");
    }
}

#[test]
fn what_means_nothing_is_refused() {
    for text in ["0", "-0.5", "NaN", "inf", "-inf", "0.00001", "11", "1e300", "", "all", "1,5"] {
        let problem = text.parse::<Scale>().unwrap_err().to_string();
        assert!(problem.starts_with(&format!("`{text}` is no scale")), "{problem}");
    }
}
