//! `numeric` in binary: base-10000 digits with weight, sign and scale.

use bytes::{BufMut, BytesMut};
use model::Problem;

/// Appends a decimal, given as `[-]digits[.digits]`.
///
/// # Errors
/// `internal` if the text is no decimal or beyond what the format holds.
pub fn write(text: &str, out: &mut BytesMut) -> Result<(), Problem> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return Err(Problem::internal("a decimal does not read as digits"));
    }
    // Both sides are padded to whole groups of four digits around the point.
    let padded = format!("{}{whole}", "0".repeat((4 - whole.len() % 4) % 4));
    let groups_before = padded.len() / 4;
    let padded = format!("{padded}{fraction}{}", "0".repeat((4 - fraction.len() % 4) % 4));
    let groups = padded
        .as_bytes()
        .chunks(4)
        .map(|group| group.iter().fold(0_i16, |sum, digit| sum * 10 + i16::from(digit - b'0')))
        .collect::<Vec<_>>();
    let leading = groups.iter().take_while(|group| **group == 0).count();
    let trailing = groups.iter().rev().take_while(|group| **group == 0).count();
    let digits = groups.get(leading..groups.len().saturating_sub(trailing)).unwrap_or_default();
    let size = |count: usize| i16::try_from(count).map_err(Problem::internal);
    let weight = if digits.is_empty() { 0 } else { size(groups_before)? - 1 - size(leading)? };
    out.put_i16(size(digits.len())?);
    out.put_i16(weight);
    out.put_u16(if negative && !digits.is_empty() { 0x4000 } else { 0 });
    out.put_i16(size(fraction.len())?);
    for digit in digits {
        out.put_i16(*digit);
    }
    Ok(())
}

/// Reads a decimal back as text.
///
/// # Errors
/// `None` if the bytes are no `numeric`.
pub fn read(mut bytes: &[u8]) -> Option<String> {
    let mut next = || -> Option<i16> {
        let (head, rest) = bytes.split_first_chunk::<2>()?;
        bytes = rest;
        Some(i16::from_be_bytes(*head))
    };
    let count = usize::try_from(next()?).ok()?;
    let weight = next()?;
    let sign = next()?;
    let scale = usize::try_from(next()?).ok()?;
    match sign {
        0 | 0x4000 => {}
        _ => return (sign.cast_unsigned() == 0xC000).then(|| "NaN".to_owned()),
    }
    let digits = (0..count).map(|_| next().filter(|digit| (0..10_000).contains(digit))).collect::<Option<Vec<_>>>()?;
    if scale > 16_383 || !(-1_000..=1_000).contains(&weight) {
        return None;
    }
    let digit =
        |place: i16| usize::try_from(weight - place).ok().and_then(|index| digits.get(index)).copied().unwrap_or(0);
    let mut whole: String = (0..=weight.max(0)).rev().map(|place| format!("{:04}", digit(place))).collect();
    whole = match whole.trim_start_matches('0') {
        "" => "0".to_owned(),
        trimmed => trimmed.to_owned(),
    };
    let groups = i16::try_from(scale.div_ceil(4)).ok()?;
    let fraction: String = (1..=groups).map(|place| format!("{:04}", digit(-place))).collect();
    let sign = if sign == 0 { "" } else { "-" };
    Some(match fraction.get(..scale) {
        Some("") | None => format!("{sign}{whole}"),
        Some(fraction) => format!("{sign}{whole}.{fraction}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_round_trip() {
        for text in ["0", "0.00", "1", "-1", "12345.67", "0.0001", "-0.5", "10000", "99999999.9999", "100000000.00001"]
        {
            let mut out = BytesMut::new();
            write(text, &mut out).unwrap();
            assert_eq!(read(&out).unwrap(), text);
        }
        let wide = format!("-{}.{}", "9".repeat(20), "1".repeat(18));
        let mut out = BytesMut::new();
        write(&wide, &mut out).unwrap();
        assert_eq!(read(&out).unwrap(), wide);
    }

    #[test]
    fn the_known_bytes_of_postgres() {
        let mut out = BytesMut::new();
        write("12345.67", &mut out).unwrap();
        assert_eq!(out.as_ref(), [0, 3, 0, 1, 0, 0, 0, 2, 0, 1, 0x09, 0x29, 0x1a, 0x2c]);
    }

    #[test]
    fn broken_bytes_are_refused() {
        assert_eq!(read(&[0, 1, 0, 0]), None);
        assert_eq!(read(&[0, 1, 0, 0, 0, 0, 0, 0, 0x7f, 0xff]), None);
        assert!(write("1e5", &mut BytesMut::new()).is_err());
    }
}
