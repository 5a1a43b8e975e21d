//! Writes what the operational systems export: `exports SCALE FOLDER`. The drop folder of a mesh is such a folder.

use std::{path::PathBuf, process::ExitCode};

use tessera_northpeak::{Scale, estimate, generate};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(scale), Some(folder)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: exports SCALE FOLDER, for example: exports 0.01 .tessera/drop");
        return ExitCode::from(2);
    };
    let scale: Scale = match scale.parse() {
        Ok(scale) => scale,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::from(2);
        }
    };
    eprintln!("{} policyholders, about {} MB", scale.policyholders(), estimate(scale) / 1_000_000);
    match generate(scale, 7, &PathBuf::from(&folder)) {
        Ok(truth) => {
            println!("{} rows in {folder}", truth.rows());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {folder}: {error}");
            ExitCode::FAILURE
        }
    }
}
