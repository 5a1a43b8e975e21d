//! Files with some of their bytes changed, by one seed: the same seed gives the same files on every machine.

/// A generator of numbers that a seed determines.
pub struct Seeded(u64);

impl Seeded {
    /// The generator of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below another.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() >> 11) as usize % bound.max(1)
    }
}

/// Bytes that counts, lengths and ends are made of.
const PIECES: &[&[u8]] = &[
    &[0],
    &[1],
    &[0x7f],
    &[0x80],
    &[0xff],
    &[0xfe, 0xff, 0xff, 0xff, 0x0f],
    &[0xff, 0xff, 0xff, 0xff, 0x0f],
    &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
    &[0x29, 0xfc, 0xff, 0xff, 0xff, 0x07],
    &[0xff, 0xff, 0xff, 0x7f],
    &[0, 0, 0, 0],
];

/// A Parquet file with one to three changes, of the same length. Half of the changes are in its footer and the page index
/// before it, the others anywhere.
pub fn mutated(bytes: &[u8], seed: u64) -> Vec<u8> {
    let mut seeded = Seeded::new(seed);
    let mut bytes = bytes.to_vec();
    let tail = bytes.len() - 8;
    let footer = u32::from_le_bytes(bytes[tail..tail + 4].try_into().unwrap()) as usize;
    let from = (tail - footer).saturating_sub(footer / 4);
    for _ in 0..=seeded.below(3) {
        let at = if seeded.below(2) == 0 { from + seeded.below(bytes.len() - from) } else { seeded.below(bytes.len()) };
        match seeded.below(3) {
            0 => bytes[at] ^= 1 << seeded.below(8),
            1 => {
                let piece = PIECES[seeded.below(PIECES.len())];
                let end = (at + piece.len()).min(bytes.len());
                bytes[at..end].copy_from_slice(&piece[..end - at]);
            }
            _ => {
                let length = seeded.below(12).min(bytes.len() - at);
                let other = seeded.below(bytes.len() - length);
                bytes.copy_within(other..other + length, at);
            }
        }
    }
    bytes
}

/// The most memory this process had at once, in bytes.
pub fn peak_memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() << 10
}

/// How many files a loop changes: few of them where every change is tested, as many as are asked for by hand.
#[allow(clippy::disallowed_methods, reason = "a long run is asked for by hand")]
pub fn rounds(usual: u64) -> u64 {
    std::env::var("TESSERA_MUTATIONS").ok().and_then(|count| count.parse().ok()).unwrap_or(usual)
}

/// The files of a target's corpus.
pub fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let mut paths: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() > 3, "the corpus of {target} is not there");
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

/// Longest time for one input, however busy the machine: more than that grows faster than the input does.
const TOO_LONG: std::time::Duration = std::time::Duration::from_secs(10);

/// Gives a target every file of its corpus, then so many that are changed or put together by a seed. A target that fails
/// or does not come back panics, and the seed is printed.
pub fn replay(name: &str, target: fn(&[u8]), usual: u64) {
    let corpus = corpus(name);
    corpus.iter().for_each(|bytes| target(bytes));
    for seed in 0..rounds(usual) {
        let bytes = mangled(&corpus, seed);
        let since = std::time::Instant::now();
        let failed = std::panic::catch_unwind(|| target(&bytes)).is_err();
        let took = since.elapsed();
        if failed || took > TOO_LONG {
            panic!("{name} fails with seed {seed} in {took:?}: {:?}", String::from_utf8_lossy(&bytes));
        }
    }
}

/// Bytes of one file of a corpus, changed in a few places: bits, pieces, runs, parts of another file.
pub fn mangled(corpus: &[Vec<u8>], seed: u64) -> Vec<u8> {
    let mut seeded = Seeded::new(seed);
    let mut bytes = corpus[seeded.below(corpus.len())].clone();
    for _ in 0..=seeded.below(4) {
        let at = seeded.below(bytes.len() + 1);
        let end = (at + seeded.below(20)).min(bytes.len());
        match seeded.below(6) {
            0 if at < bytes.len() => bytes[at] ^= 1 << seeded.below(8),
            1 => drop(bytes.drain(at..end)),
            2 => {
                let piece = PIECES[seeded.below(PIECES.len())];
                drop(bytes.splice(at..at, piece.iter().copied()));
            }
            3 => {
                let run = bytes[at..end].repeat(seeded.below(60));
                drop(bytes.splice(at..at, run));
            }
            4 => {
                let other = &corpus[seeded.below(corpus.len())];
                let from = seeded.below(other.len() + 1);
                let to = (from + seeded.below(80)).min(other.len());
                drop(bytes.splice(at..end, other[from..to].iter().copied()));
            }
            _ => bytes.truncate(at),
        }
    }
    bytes
}
