//! Values of parameters, text or binary by their types, as the text that the gateway binds.

use bytes::{Buf, Bytes};
use model::{Problem, error::Code};
use pgwire::api::Type;

use super::{numeric, types::Format};
use crate::format::calendar;

/// Reads one value.
///
/// # Errors
/// `invalid-value` (22P03 for binary bytes that do not fit their type, 22021 for text that is not UTF-8).
pub fn text(value: &Bytes, kind: &Type, format: Format) -> Result<String, Problem> {
    match format {
        Format::Text => std::str::from_utf8(value)
            .map(str::to_owned)
            .map_err(|_| Problem::new(Code::InvalidValue, "a parameter is not valid UTF-8").with_sqlstate("22021")),
        Format::Binary => binary(value, kind).ok_or_else(|| {
            Problem::new(Code::InvalidValue, format!("a parameter's bytes are no binary `{}`", kind.name()))
                .with_hint("send the parameter as text")
                .with_sqlstate("22P03")
        }),
    }
}

fn binary(value: &Bytes, kind: &Type) -> Option<String> {
    let mut bytes = value.clone();
    let text = match *kind {
        Type::BOOL => match bytes.try_get_u8().ok()? {
            0 => "false".to_owned(),
            1 => "true".to_owned(),
            _ => return None,
        },
        Type::INT2 => bytes.try_get_i16().ok()?.to_string(),
        Type::INT4 => bytes.try_get_i32().ok()?.to_string(),
        Type::INT8 => bytes.try_get_i64().ok()?.to_string(),
        Type::OID => bytes.try_get_u32().ok()?.to_string(),
        Type::FLOAT4 => bytes.try_get_f32().ok()?.to_string(),
        Type::FLOAT8 => bytes.try_get_f64().ok()?.to_string(),
        Type::NUMERIC => return numeric::read(value),
        Type::DATE => {
            let mut out = String::new();
            calendar::push_date(i64::from(bytes.try_get_i32().ok()?) + 10_957, &mut out);
            out
        }
        Type::TIMESTAMP | Type::TIMESTAMPTZ => {
            let (days, rest) = calendar::split(bytes.try_get_i64().ok()?.checked_add(946_684_800_000_000)?);
            let mut out = String::new();
            calendar::push_date(days, &mut out);
            out.push('T');
            calendar::push_time(rest, &mut out);
            if *kind == Type::TIMESTAMPTZ {
                out.push('Z');
            }
            out
        }
        Type::TIME => {
            let mut out = String::new();
            calendar::push_time(
                bytes.try_get_i64().ok().filter(|micros| (0..86_400_000_000).contains(micros))?,
                &mut out,
            );
            out
        }
        Type::BYTEA => {
            let digits: String = value.iter().map(|byte| format!("{byte:02x}")).collect();
            return Some(format!("\\x{digits}"));
        }
        Type::UUID => {
            let id: [u8; 16] = value.as_ref().try_into().ok()?;
            return Some(uuid::Uuid::from_bytes(id).to_string());
        }
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN | Type::JSON | Type::CHAR => {
            return String::from_utf8(value.to_vec()).ok();
        }
        _ => return None,
    };
    bytes.is_empty().then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binary_values_read_as_the_text_of_their_type() {
        let read = |bytes: &[u8], kind: &Type| text(&Bytes::copy_from_slice(bytes), kind, Format::Binary);
        assert_eq!(read(&[0, 0, 0, 7], &Type::INT4).unwrap(), "7");
        assert_eq!(read(&(-1_i64).to_be_bytes(), &Type::INT8).unwrap(), "-1");
        assert_eq!(read(&[1], &Type::BOOL).unwrap(), "true");
        assert_eq!(read(&1.5_f64.to_be_bytes(), &Type::FLOAT8).unwrap(), "1.5");
        assert_eq!(read(&9_822_i32.to_be_bytes(), &Type::DATE).unwrap(), "2026-11-22");
        assert_eq!(read(&1_i64.to_be_bytes(), &Type::TIMESTAMPTZ).unwrap(), "2000-01-01T00:00:00.000001Z");
        assert_eq!(read(b"\x00\xff", &Type::BYTEA).unwrap(), "\\x00ff");
        for (bytes, kind) in
            [(&[0, 0, 0][..], Type::INT4), (&[0; 5], Type::INT4), (&[2], Type::BOOL), (&[1], Type::POINT)]
        {
            assert_eq!(read(bytes, &kind).unwrap_err().sqlstate(), "22P03");
        }
        assert_eq!(text(&Bytes::from_static(b"\xff"), &Type::TEXT, Format::Text).unwrap_err().sqlstate(), "22021");
    }
}
