//! Compaction: what leaves the leaf holds the bytes of visible values and nothing else (E13).

use std::sync::Arc;

use arrow::{
    array::{Array, ArrayRef, AsArray, RecordBatch, RecordBatchOptions, make_array},
    compute::concat,
    datatypes::DataType,
    error::ArrowError,
};

/// A batch whose buffers hold nothing that no value of it points to.
///
/// # Errors
/// Only if the batch contradicts its schema.
pub(crate) fn batch(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let columns = batch.columns().iter().map(array).collect::<Result<Vec<_>, _>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(batch.schema(), columns, &options)
}

fn array(array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    Ok(match array.data_type() {
        // SECURITY: a page's buffer holds the texts of hidden rows beside visible ones
        // (test `no_hidden_byte_leaves_the_leaf`).
        DataType::Utf8View => match array.as_string_view_opt() {
            Some(views) => Arc::new(views.gc()),
            None => Arc::clone(array),
        },
        DataType::BinaryView => match array.as_binary_view_opt() {
            Some(views) => Arc::new(views.gc()),
            None => Arc::clone(array),
        },
        kind if kind.is_primitive() || *kind == DataType::Boolean || *kind == DataType::Null => {
            if array.offset() == 0 {
                Arc::clone(array)
            } else {
                copy(array)?
            }
        }
        // Containers may carry children beyond their offsets: a copy has only what is reached.
        _ => copy(array)?,
    })
}

fn copy(array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    if array.is_empty() {
        return Ok(make_array(arrow::array::ArrayData::new_empty(array.data_type())));
    }
    // `concat` of a single array hands it back as it is; an empty second one makes it copy.
    let empty = array.slice(0, 0);
    concat(&[array.as_ref(), empty.as_ref()])
}
