//! `cargo xtask bench [NAME]`: the benchmarks, under a line that says on what machine.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result};

/// Runs one benchmark or all of them.
pub fn run(root: &Path, name: Option<&str>) -> Result<bool> {
    println!("{}", machine()?);
    // Always the whole workspace: the engine is built with one set of features.
    let mut command = Command::new(env!("CARGO"));
    command.args(["bench", "--workspace", "--locked", "--bench", name.unwrap_or("*")]).current_dir(root);
    Ok(command.status().context("start cargo bench")?.success())
}

/// Processor, cores, memory, load, compiler and day: what a figure is worth nothing without.
fn machine() -> Result<String> {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let cores = std::thread::available_parallelism().context("count the cores")?.get();
    let rust = said(Command::new("rustc").arg("--version"))?;
    let day = said(Command::new("date").args(["-u", "+%F %R UTC"]))?;
    let (cpuinfo, load) = (read("/proc/cpuinfo"), read("/proc/loadavg"));
    let (processor, memory) = (processor(&cpuinfo), gibibytes(&read("/proc/meminfo")));
    let load = load.split_whitespace().next().unwrap_or("unknown");
    Ok(format!("{processor}, {cores} cores, {memory} GiB, load {load}; {rust}; {day}"))
}

fn processor(cpuinfo: &str) -> &str {
    let line = cpuinfo.lines().find(|line| line.starts_with("model name"));
    line.and_then(|line| line.split_once(':')).map_or("unknown processor", |(_, name)| name.trim())
}

fn gibibytes(meminfo: &str) -> u64 {
    let line = meminfo.lines().find(|line| line.starts_with("MemTotal:"));
    let kibibytes: u64 = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0);
    kibibytes.div_ceil(1 << 20)
}

fn said(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("start {command:?}"))?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_is_read_from_what_linux_says() {
        assert_eq!(processor("processor\t: 0\nmodel name\t: AMD EPYC\ncache size\t: 512 KB\n"), "AMD EPYC");
        assert_eq!(processor(""), "unknown processor");
        assert_eq!(gibibytes("MemTotal:       24689524 kB\nMemFree: 1 kB\n"), 24);
    }
}
