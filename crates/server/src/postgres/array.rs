//! Arrays of scalars, text (`{1,NULL,"a b"}`) and binary.

use arrow::{
    array::{Array, ArrayRef, AsArray},
    datatypes::DataType,
};
use bytes::{BufMut, BytesMut};
use model::Problem;
use pgwire::api::Type;

use super::{encode, types, types::Format};

/// Appends one array value.
pub(super) fn write(array: &dyn Array, row: usize, format: Format, out: &mut BytesMut) -> Result<(), Problem> {
    let items = items(array, row)?;
    let field = arrow::datatypes::Field::new("item", items.data_type().clone(), true);
    // An array without typed items is an array of text, as in Postgres.
    let item_kind = if *items.data_type() == DataType::Null { Type::TEXT } else { types::kind(&field)? };
    match format {
        Format::Binary => write_binary(&items, &item_kind, out),
        Format::Text => write_text(&items, &item_kind, out),
    }
}

fn items(array: &dyn Array, row: usize) -> Result<ArrayRef, Problem> {
    Ok(match array.data_type() {
        DataType::List(_) => array.as_list::<i32>().value(row),
        DataType::LargeList(_) => array.as_list::<i64>().value(row),
        DataType::FixedSizeList(..) => array.as_fixed_size_list().value(row),
        other => return Err(Problem::internal(format!("no array in {other}"))),
    })
}

fn write_binary(items: &ArrayRef, kind: &Type, out: &mut BytesMut) -> Result<(), Problem> {
    let count = i32::try_from(items.len()).map_err(Problem::internal)?;
    out.put_i32(i32::from(count > 0));
    out.put_i32(i32::from(items.logical_null_count() > 0));
    out.put_u32(kind.oid());
    if count > 0 {
        out.put_i32(count);
        out.put_i32(1);
    }
    for row in 0..items.len() {
        encode::write_field(items.as_ref(), row, kind, Format::Binary, out)?;
    }
    Ok(())
}

fn write_text(items: &ArrayRef, kind: &Type, out: &mut BytesMut) -> Result<(), Problem> {
    out.put_u8(b'{');
    for row in 0..items.len() {
        if row > 0 {
            out.put_u8(b',');
        }
        let mut field = BytesMut::new();
        encode::write_field(items.as_ref(), row, kind, Format::Text, &mut field)?;
        match field.get(4..) {
            Some(value) if !field.starts_with(&[0xff; 4]) => write_item(value, out),
            _ => out.put_slice(b"NULL"),
        }
    }
    out.put_u8(b'}');
    Ok(())
}

fn write_item(value: &[u8], out: &mut BytesMut) {
    let special = |byte: &u8| matches!(byte, b'{' | b'}' | b',' | b'"' | b'\\') || byte.is_ascii_whitespace();
    if value.is_empty() || value.iter().any(special) || value.eq_ignore_ascii_case(b"null") {
        out.put_u8(b'"');
        for byte in value {
            if matches!(byte, b'"' | b'\\') {
                out.put_u8(b'\\');
            }
            out.put_u8(*byte);
        }
        out.put_u8(b'"');
    } else {
        out.put_slice(value);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::{
        array::{ListArray, ListBuilder, StringViewBuilder},
        datatypes::Int64Type,
    };

    use super::*;

    fn text_of(array: &ListArray) -> String {
        let mut out = BytesMut::new();
        write(array, 0, Format::Text, &mut out).unwrap();
        String::from_utf8(out.to_vec()).unwrap()
    }

    #[test]
    fn items_are_quoted_where_postgres_quotes_them() {
        let mut builder = ListBuilder::new(StringViewBuilder::new());
        for item in [Some("a"), Some("a b"), Some(""), Some("null"), None, Some("q\"\\")] {
            match item {
                Some(item) => builder.values().append_value(item),
                None => builder.values().append_null(),
            }
        }
        builder.append(true);
        assert_eq!(text_of(&builder.finish()), r#"{a,"a b","","null",NULL,"q\"\\"}"#);
    }

    #[test]
    fn binary_has_dimension_flags_and_item_type() {
        let array = ListArray::from_iter_primitive::<Int64Type, _, _>([Some(vec![Some(1)])]);
        let array: ArrayRef = Arc::new(array);
        let mut out = BytesMut::new();
        write(array.as_ref(), 0, Format::Binary, &mut out).unwrap();
        let head: Vec<u8> = [1_i32, 0, 20, 1, 1, 8].iter().flat_map(|n| n.to_be_bytes()).collect();
        assert_eq!(out.get(..24).unwrap(), head);
        assert_eq!(out.get(24..).unwrap(), 1_i64.to_be_bytes());
    }
}
