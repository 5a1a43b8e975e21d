//! Results as CSV by RFC 4180: a header, CRLF, NULL as nothing, the empty text as `""`.
//!
//! Values are never altered: a text that a spreadsheet would take for a formula stays what it is, so that every door
//! gives the same value. The answer is an attachment, and people are told in `docs/reference/query.md`.

use arrow::{datatypes::Schema, record_batch::RecordBatch};
use model::Problem;

use super::json;

/// Appends the header.
pub fn write_header(schema: &Schema, out: &mut Vec<u8>) {
    for (index, field) in schema.fields().iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_field(Some(field.name()), out);
    }
    out.extend_from_slice(b"\r\n");
}

/// Appends the rows of a batch.
///
/// # Errors
/// `internal` for an Arrow type that no statement of ours yields.
pub fn write_rows(batch: &RecordBatch, out: &mut Vec<u8>) -> Result<(), Problem> {
    for row in 0..batch.num_rows() {
        for (index, column) in batch.columns().iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            write_field(json::plain(column.as_ref(), row)?.as_deref(), out);
        }
        out.extend_from_slice(b"\r\n");
    }
    Ok(())
}

fn write_field(value: Option<&str>, out: &mut Vec<u8>) {
    let Some(value) = value else { return };
    if value.is_empty() || value.contains([',', '"', '\r', '\n']) || value.starts_with(' ') || value.ends_with(' ') {
        out.push(b'"');
        out.extend_from_slice(value.replace('"', "\"\"").as_bytes());
        out.push(b'"');
    } else {
        out.extend_from_slice(value.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int64Array, StringViewArray};

    use super::*;

    #[test]
    fn null_and_empty_text_are_told_apart_and_quotes_doubled() {
        let text: ArrayRef = Arc::new(StringViewArray::from(vec![Some(""), None, Some("a,\"b\"\r\nc"), Some("=1+1")]));
        let number: ArrayRef = Arc::new(Int64Array::from(vec![Some(1), None, Some(3), Some(4)]));
        let batch = RecordBatch::try_from_iter([("te,xt", text), ("n", number)]).unwrap();
        let mut out = Vec::new();
        write_header(batch.schema_ref(), &mut out);
        write_rows(&batch, &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "\"te,xt\",n\r\n\"\",1\r\n,\r\n\"a,\"\"b\"\"\r\nc\",3\r\n=1+1,4\r\n"
        );
    }
}
