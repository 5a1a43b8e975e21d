//! Columns as today's contract classes them: a class that is added holds from the next statement on, before anything is
//! published under it.

use std::sync::Arc;

use governance::derive;
use model::{
    publication::PublishedColumn,
    reference::PortRef,
    treatment::{CarriedTag, Outcome},
};

use super::Mesh;

impl Mesh {
    /// A port's published columns with the classes that today's contract states for them, less what a steward lowered.
    /// Classes are only ever added here; taking one away is a publication after a declassification.
    pub fn columns_today(&self, port: &PortRef, published: &Arc<[PublishedColumn]>) -> Arc<[PublishedColumn]> {
        let contract = self.product(&port.product).and_then(|product| product.contract.port(&port.port));
        let mut columns = Arc::clone(published);
        for (index, column) in published.iter().enumerate() {
            // Most often they are published in the order in which they are declared.
            let stated = contract.and_then(|contract| {
                let here = contract.columns.get(index).filter(|stated| stated.name == column.name);
                here.or_else(|| contract.column(&column.name))
            });
            let classes = stated.map(|stated| derive::own_tags(stated, self.classes()).0).unwrap_or_default();
            for class in classes {
                if column.tags.iter().all(|tag| tag.class != class) && !self.declassified(port, &column.name, &class) {
                    let added = Arc::make_mut(&mut columns).get_mut(index);
                    added.into_iter().for_each(|column| {
                        column.tags.push(CarriedTag { class: class.clone(), applied: Outcome::Clear });
                    });
                }
            }
        }
        columns
    }
}
