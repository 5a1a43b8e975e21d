//! `tessera declassify`: the steward's recorded lowering of a class on a published column.

use clap::Args;
use model::{Code, Problem, class::ClassName, reference::Reference};
use serde_json::json;

use crate::{
    Exit, Failure, Session,
    arguments::{Output, parsed},
};

/// Lower the class of a published column, on the record.
#[derive(Debug, Args)]
pub struct Declassify {
    /// The column: DOMAIN.PRODUCT.PORT.COLUMN
    #[arg(value_name = "REF.COLUMN", value_parser = parsed::<Reference>)]
    column: Reference,
    /// The class it no longer carries: pii.birth
    #[arg(value_name = "CLASS", value_parser = parsed::<ClassName>)]
    class: ClassName,
    /// Why the values do not need it; kept on the record
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    output: Output,
}

impl Declassify {
    /// Records the lowering.
    ///
    /// # Errors
    /// The column is not one of the caller's domain, or does not carry the class.
    pub async fn run(self, session: &mut Session) -> Result<Exit, Failure> {
        let (Some(port), Some(column)) = (&self.column.port, &self.column.column) else {
            return Err(Failure {
                usage: true,
                ..Problem::new(Code::InvalidValue, "a class is lowered on one column")
                    .with_hint("write DOMAIN.PRODUCT.PORT.COLUMN")
                    .into()
            });
        };
        let client = session.client()?;
        let column = format!("{}.{port}.{column}", self.column.product);
        let body = json!({ "column": column, "class": self.class, "reason": self.reason });
        let answer = client.post("/declassifications", &body).await?;
        if self.output.is_json() {
            session.console.json(&answer);
        } else {
            session.console.data(&format!("{column} no longer carries {}", self.class));
            session.console.talk("it holds from the next publication on");
        }
        Ok(Exit::Done)
    }
}
