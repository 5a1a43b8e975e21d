//! The generated section of `docs/reference/query.md`: one answer in its three forms.

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringViewArray},
    ipc::reader::StreamReader,
};
use futures::StreamExt as _;

use super::encode::Form;
use crate::page;

fn rows() -> RecordBatch {
    let total = Decimal128Array::from(vec![Some(12_990), None]).with_precision_and_scale(12, 2).unwrap();
    let columns: [(&str, ArrayRef); 5] = [
        ("order_no", Arc::new(Int64Array::from(vec![1001, 1002]))),
        ("total", Arc::new(total)),
        ("share", Arc::new(Float64Array::from(vec![0.25, f64::NAN]))),
        ("ordered_on", Arc::new(Date32Array::from(vec![Some(20_514), None]))),
        ("note", Arc::new(StringViewArray::from(vec![Some("two parcels, one \"fragile\""), Some("")]))),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

async fn answer(form: Form) -> Vec<u8> {
    let batch = rows();
    let schema = batch.schema();
    let body = form.body(uuid::Uuid::nil(), &schema, &[], futures::stream::iter([Ok(batch)]).boxed()).unwrap();
    axum::body::to_bytes(body, 100_000).await.unwrap().to_vec()
}

#[tokio::test]
async fn the_answers_of_the_page_are_the_answers() {
    let mut out = String::new();
    for (form, fence) in [(Form::Json, "json"), (Form::Csv, "csv")] {
        let text = String::from_utf8(answer(form).await).unwrap().replace("\r\n", "\n").replace("],[", "],\n  [");
        out += &format!("`Content-Type: {}`\n\n```{fence}\n{}\n```\n\n", form.content_type(), text.trim_end());
    }
    let arrow = answer(Form::Arrow).await;
    let reader = StreamReader::try_new(arrow.as_slice(), None).unwrap();
    let fields = reader.schema();
    let fields: Vec<String> =
        fields.fields().iter().map(|field| format!("{}: {}", field.name(), field.data_type())).collect();
    assert_eq!(reader.map(|batch| batch.unwrap().num_rows()).sum::<usize>(), 2);
    out += &format!(
        "`Content-Type: {}`, with the schema\n\n```\n{}\n```\n",
        Form::Arrow.content_type(),
        fields.join("\n")
    );
    page::section_is_current("docs/reference/query.md", "answers", &out);
}
