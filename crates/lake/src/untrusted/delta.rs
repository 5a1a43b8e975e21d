//! Texts stored by their lengths (`DELTA_LENGTH_BYTE_ARRAY`, `DELTA_BYTE_ARRAY`): the decoder asks for the memory of as many
//! lengths as the page says it has, so the page may say no more than it has values.

/// Whether the values of a page, after its levels, start with lists of at most `most` lengths each.
pub(super) fn is_bounded(values: &[u8], lists: usize, most: u64) -> bool {
    let mut cursor = Cursor(values);
    (0..lists).all(|list| {
        let is_last = list + 1 == lists;
        cursor.lengths(is_last).is_some_and(|count| count <= most)
    })
}

struct Cursor<'b>(&'b [u8]);

impl Cursor<'_> {
    fn varint(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    /// How many lengths a list says it has; passes over them unless it is the last.
    fn lengths(&mut self, is_last: bool) -> Option<u64> {
        let (block, miniblocks, count) = (self.varint()?, self.varint()?, self.varint()?);
        self.varint()?;
        let each = block.checked_div(miniblocks)?;
        if is_last {
            return Some(count);
        }
        let mut left = count.saturating_sub(1);
        while left > 0 {
            self.varint()?;
            let (widths, rest) = self.0.split_at_checked(usize::try_from(miniblocks).ok()?)?;
            self.0 = rest;
            for width in widths {
                if left == 0 {
                    break;
                }
                let bytes = each.checked_mul(u64::from(*width))? / 8;
                self.0 = self.0.get(usize::try_from(bytes).ok()?..)?;
                // A block of nothing would never end.
                left = left.saturating_sub(each.max(1));
            }
            if widths.is_empty() {
                return None;
            }
        }
        Some(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A list of five equal lengths: one block of 128 in 4 miniblocks of 32, no bits for each.
    const FIVE: [u8; 9] = [0x80, 0x01, 4, 5, 6, 0, 0, 0, 0];

    #[test]
    fn lists_say_no_more_than_there_is() {
        let two = [&FIVE[..], &[0], &FIVE[..]].concat();
        assert!(is_bounded(&two, 2, 5));
        assert!(!is_bounded(&two, 2, 4));
        assert!(is_bounded(&FIVE, 1, 5));
        assert!(!is_bounded(&FIVE, 2, 5), "the second list is missing");
        let huge = [&[0x80, 0x01, 4][..], &[0xff, 0xff, 0xff, 0xff, 0x3f, 6]].concat();
        assert!(!is_bounded(&huge, 1, 1_000));
        assert!(!is_bounded(&huge, 2, u64::MAX), "the first list has no end");
        assert!(!is_bounded(&[0, 0, 5, 6], 1, 5), "blocks of nothing");
        assert!(!is_bounded(&[], 1, 5));
    }
}
