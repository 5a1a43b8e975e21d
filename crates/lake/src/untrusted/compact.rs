//! Thrift's compact encoding, walked by the shape a document must have, without building anything from it.
//!
//! Nothing is believed that the bytes do not hold: a list has at most as many elements as bytes are left, a text ends
//! within them, and nesting has an end. A field of a known number must have the type that its shape says, because the
//! decoder behind does not look: it would read the same bytes differently.

/// Deepest nesting of what is skipped.
const DEEPEST: usize = 16;
/// Most elements of one list.
const MOST_ELEMENTS: usize = 1 << 20;

/// What a value must be.
pub(super) enum Shape {
    /// A truth value.
    Bool,
    /// One byte.
    Byte,
    /// A number of 16 bits.
    I16,
    /// A number of 32 bits.
    I32,
    /// A number of 64 bits.
    I64,
    /// A fraction.
    Double,
    /// Bytes or text.
    Binary,
    /// Elements of one shape.
    List(&'static Shape),
    /// Fields by number; others are skipped.
    Struct(&'static [(i16, Shape)]),
}

/// What is met on the way; the path is the numbers of the fields around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    /// A structure begins.
    Begin,
    /// A number.
    Number(i64),
}

/// Why a walk ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// The bytes end first.
    Short,
    /// They cannot be what they should be.
    Wrong(&'static str),
}

/// Told of every event; refuses by an error.
pub(super) type Seen<'s> = &'s mut dyn FnMut(&[i16], Event) -> Result<(), Fault>;

/// Walks one structure at the start of `bytes`; gives its length.
pub(super) fn walk(bytes: &[u8], fields: &'static [(i16, Shape)], seen: Seen<'_>) -> Result<usize, Fault> {
    let mut walker = Walker { bytes, at: 0, path: Vec::new(), seen };
    walker.fields(fields)?;
    Ok(walker.at)
}

struct Walker<'b, 's> {
    bytes: &'b [u8],
    at: usize,
    path: Vec<i16>,
    seen: Seen<'s>,
}

/// The types as they stand on the wire.
mod wire {
    pub(super) const TRUE: u8 = 1;
    pub(super) const FALSE: u8 = 2;
    pub(super) const BYTE: u8 = 3;
    pub(super) const I16: u8 = 4;
    pub(super) const I32: u8 = 5;
    pub(super) const I64: u8 = 6;
    pub(super) const DOUBLE: u8 = 7;
    pub(super) const BINARY: u8 = 8;
    pub(super) const LIST: u8 = 9;
    pub(super) const STRUCT: u8 = 12;
}

impl Shape {
    fn is(&self, kind: u8) -> bool {
        match self {
            Self::Bool => kind == wire::TRUE || kind == wire::FALSE,
            Self::Byte => kind == wire::BYTE,
            Self::I16 => kind == wire::I16,
            Self::I32 => kind == wire::I32,
            Self::I64 => kind == wire::I64,
            Self::Double => kind == wire::DOUBLE,
            Self::Binary => kind == wire::BINARY,
            Self::List(_) => kind == wire::LIST,
            Self::Struct(_) => kind == wire::STRUCT,
        }
    }
}

impl Walker<'_, '_> {
    fn byte(&mut self) -> Result<u8, Fault> {
        let byte = *self.bytes.get(self.at).ok_or(Fault::Short)?;
        self.at += 1;
        Ok(byte)
    }

    fn pass(&mut self, count: u64) -> Result<(), Fault> {
        let count = usize::try_from(count).map_err(|_| Fault::Wrong("a text is longer than memory"))?;
        if count > self.bytes.len() - self.at {
            return Err(Fault::Short);
        }
        self.at += count;
        Ok(())
    }

    fn varint(&mut self) -> Result<u64, Fault> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Fault::Wrong("a number is longer than 64 bits"))
    }

    fn number(&mut self) -> Result<i64, Fault> {
        let value = self.varint()?;
        Ok((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }

    /// The kind and number of the next field; `None` at the end of the structure.
    fn field(&mut self, last: i16) -> Result<Option<(u8, i16)>, Fault> {
        let head = self.byte()?;
        let kind = head & 0x0f;
        if kind == 0 {
            return Ok(None);
        }
        let wrong = Fault::Wrong("a field has a number beyond all fields");
        let id = match head >> 4 {
            0 => i16::try_from(self.number()?).map_err(|_| wrong)?,
            delta => last.checked_add(i16::from(delta)).ok_or(wrong)?,
        };
        Ok(Some((kind, id)))
    }

    /// The kind and count of a list.
    fn list(&mut self) -> Result<(u8, usize), Fault> {
        let head = self.byte()?;
        let count = match head >> 4 {
            15 => self.varint()?,
            few => u64::from(few),
        };
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        if count > MOST_ELEMENTS {
            return Err(Fault::Wrong("a list has more elements than any file needs"));
        }
        if count > self.bytes.len() - self.at {
            return Err(Fault::Short);
        }
        Ok((head & 0x0f, count))
    }

    fn fields(&mut self, fields: &'static [(i16, Shape)]) -> Result<(), Fault> {
        (self.seen)(&self.path, Event::Begin)?;
        let mut last = 0;
        while let Some((kind, id)) = self.field(last)? {
            last = id;
            match fields.iter().find(|(known, _)| *known == id) {
                Some((_, shape)) if !shape.is(kind) => {
                    return Err(Fault::Wrong("a field has another type than it may"));
                }
                // A truth value of a field is its kind.
                Some((_, Shape::Bool)) => {}
                Some((_, shape)) => {
                    self.path.push(id);
                    self.value(shape)?;
                    self.path.pop();
                }
                None => self.skip(kind, DEEPEST)?,
            }
        }
        Ok(())
    }

    fn value(&mut self, shape: &'static Shape) -> Result<(), Fault> {
        let narrow = |fits: bool| if fits { Ok(()) } else { Err(Fault::Wrong("a number is larger than its type")) };
        match shape {
            Shape::Bool | Shape::Byte => self.pass(1),
            Shape::Double => self.pass(8),
            Shape::I16 | Shape::I32 | Shape::I64 => {
                let number = self.number()?;
                match shape {
                    Shape::I16 => narrow(i16::try_from(number).is_ok())?,
                    Shape::I32 => narrow(i32::try_from(number).is_ok())?,
                    _ => {}
                }
                (self.seen)(&self.path, Event::Number(number))
            }
            Shape::Binary => {
                let length = self.varint()?;
                self.pass(length)
            }
            Shape::List(element) => {
                let (kind, count) = self.list()?;
                if count > 0 && !element.is(kind) {
                    return Err(Fault::Wrong("a list has elements of another type than it may"));
                }
                (0..count).try_for_each(|_| self.value(element))
            }
            Shape::Struct(fields) => self.fields(fields),
        }
    }

    /// Passes over what no shape names. Kinds that no such document has are refused: decoders differ in how they pass
    /// over them.
    fn skip(&mut self, kind: u8, depth: usize) -> Result<(), Fault> {
        let deeper = depth.checked_sub(1).ok_or(Fault::Wrong("fields are nested too deeply"))?;
        match kind {
            wire::TRUE | wire::FALSE => Ok(()),
            wire::BYTE => self.pass(1),
            wire::I16 | wire::I32 | wire::I64 => self.varint().map(drop),
            wire::DOUBLE => self.pass(8),
            wire::BINARY => {
                let length = self.varint()?;
                self.pass(length)
            }
            wire::LIST => {
                let (kind, count) = self.list()?;
                if count > 0 && (kind == wire::TRUE || kind == wire::FALSE) {
                    return Err(Fault::Wrong("a field has a type that no writer gives it"));
                }
                (0..count).try_for_each(|_| self.skip(kind, deeper))
            }
            wire::STRUCT => {
                let mut last = 0;
                while let Some((kind, id)) = self.field(last)? {
                    last = id;
                    self.skip(kind, deeper)?;
                }
                Ok(())
            }
            _ => Err(Fault::Wrong("a field has a type that no writer gives it")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static POINT: &[(i16, Shape)] = &[(1, Shape::I32), (2, Shape::List(&Shape::I64)), (3, Shape::Binary)];

    /// Numbers by the path to them.
    type Numbers = Vec<(Vec<i16>, i64)>;

    fn numbers(bytes: &[u8]) -> Result<(usize, Numbers), Fault> {
        let mut found = Vec::new();
        let length = walk(bytes, POINT, &mut |path, event| {
            if let Event::Number(number) = event {
                found.push((path.to_vec(), number));
            }
            Ok(())
        })?;
        Ok((length, found))
    }

    #[test]
    fn what_has_its_shape_is_walked_to_its_end() {
        // 1: 3, 2: [-1, 1], 3: "x", 9 (unknown): {1: true}, and a byte that belongs to something else.
        let bytes = [0x15, 6, 0x19, 0x26, 1, 2, 0x18, 1, b'x', 0x6c, 0x11, 0, 0, 99];
        let (length, found) = numbers(&bytes).unwrap();
        assert_eq!((length, found), (13, vec![(vec![1], 3), (vec![2], -1), (vec![2], 1)]));
        for cut in 0..12 {
            assert_eq!(numbers(&bytes[..cut]).unwrap_err(), Fault::Short, "{cut}");
        }
    }

    #[test]
    fn no_count_length_or_type_is_believed() {
        let huge = [0xff, 0xff, 0xff, 0xff, 0x07];
        let cases: Vec<(&str, Vec<u8>)> = vec![
            ("a list of two billion", [&[0x29, 0xf6][..], &huge].concat()),
            ("a list of more than is left", vec![0x29, 0xe6, 0]),
            ("a text of two billion", [&[0x38][..], &huge].concat()),
            ("a text where a number belongs", vec![0x18, 1, b'x', 0]),
            ("texts where numbers belong", vec![0x29, 0x18, 1, b'x', 0]),
            ("a number wider than its type", [&[0x15][..], &[0xff; 5], &[1, 0]].concat()),
            ("a number without end", [&[0x15][..], &[0x80; 30]].concat()),
            ("a map", vec![0x9b, 0, 0]),
            ("an unknown list of truth values", [&[0x99, 0xf1][..], &huge, &[0]].concat()),
            ("unknown fields in one another", [0x9c].into_iter().chain([0x1c; 100]).collect()),
            ("a field beyond all fields", [&[0x05][..], &[0xff; 4], &[0x0f, 0]].concat()),
        ];
        for (what, bytes) in cases {
            assert!(numbers(&bytes).is_err(), "{what}");
        }
    }
}
