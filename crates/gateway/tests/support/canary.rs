//! Oracle CANARY: the spellings in which a hidden text could leave.

use super::f1::CANARIES;

/// Every canary with its MD5, SHA-1 and SHA-256 (test `the_canary_oracle_knows_every_spelling` holds the table).
const DIGESTS: [(&str, &str, &str, &str); 13] = [
    (
        "CANARYNAME7Q",
        "05234b773198c2b95748c1e945ed74c1",
        "0f5fb98347a0ae7edfd74fef0efe33fd4949c5ea",
        "2f6109e6f9283abda1a6b111906efc15be15c478c2ad3ad964ed36d72d1ae25c",
    ),
    (
        "canary7q",
        "c5c70155e4b2a1757886fb42235c807e",
        "0d1da05839a7d82bc29e5df5fe504779f70ff998",
        "22f8e73eb23d1f308216eb088505b1b8f4b03b971c644c999e922f007c3b565d",
    ),
    (
        "CANARYNID4242",
        "bb8b8912db4de41f1efcfb3c34acc576",
        "c2ac85f68e3b6ba29e7489e2cbb537bfb254e83c",
        "3baff8d05a0ac3df43fd338463351a6394e37190b3f5fa8972242963b9a3dfcf",
    ),
    (
        "1913-03-13",
        "8ba1175538d44fcc3167f05f84ee09d4",
        "d3b5b7ca888cad559ff230d01244c2ac4565a120",
        "178a143234a620bcdbe9c42f71f4f33214ce072d5f3a221dd2036678ee73c204",
    ),
    (
        "424242.42",
        "4c63086ccedd971dc47d4c0b50a1a3f5",
        "71227e65d0bf2b4db458aa97dcdd4bf7bbdc39d7",
        "0a2f97bc7198eb1de65bb3a287b4fc7e9c55ba49261d9cf2b9fffebb165c3f14",
    ),
    (
        "31337x",
        "e276551a9967abed1ed779890c697815",
        "19b582a2258e2c8ec86f6b7a1a7eb0bb5cb5c2ce",
        "6f8f74bdd89dc25bce86ee8657b9ef2e2094084ff698fbdff47ea23a7bf48ff5",
    ),
    (
        "CANARYHR9",
        "8342e5ba70c4af102dfece1cc46f77e3",
        "892f5d2477ec6d949520c01795c4a52d099b3526",
        "390f78bb17b3ae19a54e8cad4c07e34324c2e1385669e745236cded2075a17ca",
    ),
    (
        "ADJSECRET",
        "ca3ff187b48823a7f082201866b10c6e",
        "b27758b102fd7a22a898bc2265d8ebbb6e93776a",
        "246ef3c522ef5a813ea77e84b4de9bd911341eb747f50201837f71b004b281d8",
    ),
    (
        "Ada Lovell",
        "007e1729f36c1ec8ca83ec2fc1195d7a",
        "275d7ee4defae6a3957a95f6f348cabefbc8dd94",
        "2542ece2f04ad7cec0c5667ac73b3377e700efd8407510778c1f86049c9861d3",
    ),
    (
        "EU-RAW-1001",
        "1e86e46a01ac60e6ca6a7c74fe629518",
        "b07f7e535e30f00c0b7926835193ef0309ecffbb",
        "bd79798c2004cb43f2f2c75dd666e9d0ec7568d8c035e4fe55fceb5972c37868",
    ),
    (
        "ada.lovell",
        "d51b7531b3bea827713b58b0bdb00821",
        "73abb436bbfe70a8ebaba52f17bc6765ce92e641",
        "ba37af027399b64a20a1ca2e6768bec0087df56259c4856de56d4bedf2814a6e",
    ),
    (
        "51515.15",
        "ef715634da69fca1dbd71b4b46ac8e13",
        "d95853e05e98b6833357047beade9509a601833b",
        "c6c4531cc844011fa0a73fee38345fa37a3ae6566951c763cbfada28c92b0ea2",
    ),
    (
        "1990-06-15",
        "060149516263c264e8447ea87555e286",
        "57bc131b38327b4981770bc65402802398bd3540",
        "6fbd96ad822c191b491608d57bd486859e2115584a96f62811e08dcf26a5f2a6",
    ),
];

/// Every spelling of every canary, in lower case.
pub fn all() -> Vec<String> {
    let mut all: Vec<String> = CANARIES.iter().flat_map(|canary| spellings(canary)).collect();
    for spelling in &mut all {
        *spelling = spelling.to_lowercase();
    }
    all.sort();
    all.dedup();
    all
}

/// A text plain, reversed, URL-encoded, in hexadecimal and in base64, and its digests in hexadecimal and base64.
pub fn spellings(text: &str) -> Vec<String> {
    let reversed: String = text.chars().rev().collect();
    let mut all = vec![text.to_owned(), hex(text.as_bytes()), hex(reversed.as_bytes()), reversed];
    all.extend(url(text));
    all.extend(base64_anywhere(text.as_bytes()));
    let (_, md5, sha1, sha256) = DIGESTS.iter().find(|(known, ..)| *known == text).expect("its digests are known");
    for digest in [md5, sha1, sha256] {
        let bytes: Vec<u8> =
            (0..digest.len()).step_by(2).map(|at| u8::from_str_radix(&digest[at..at + 2], 16).unwrap()).collect();
        all.push((*digest).to_owned());
        // Its beginning is enough: a digest is often cut.
        all.push(digest[..16].to_owned());
        all.extend(base64_anywhere(&bytes));
    }
    all
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Encoded as in a path, as in a form, and every byte.
fn url(text: &str) -> [String; 3] {
    let kept = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let path: String = text
        .bytes()
        .map(|byte| if kept(byte) { char::from(byte).to_string() } else { format!("%{byte:02x}") })
        .collect();
    [path.replace("%20", "+"), path, text.bytes().map(|byte| format!("%{byte:02x}")).collect()]
}

/// What base64 of some longer bytes holds of these, wherever they begin: the digits that depend on them alone.
fn base64_anywhere(bytes: &[u8]) -> Vec<String> {
    (0..3)
        .map(|before| {
            let padded = [vec![0; before], bytes.to_vec()].concat();
            let whole = padded.chunks_exact(3).map(triple).collect::<String>();
            // The first group of four mixes with what is before.
            if before == 0 { whole } else { whole.get(4..).unwrap_or_default().to_owned() }
        })
        // Fewer digits are found in any longer text.
        .filter(|digits| digits.len() >= 8)
        .collect()
}

fn triple(triple: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let number = u32::from(triple[0]) << 16 | u32::from(triple[1]) << 8 | u32::from(triple[2]);
    [18, 12, 6, 0].into_iter().map(|shift| char::from(DIGITS[(number >> shift & 63) as usize])).collect()
}
