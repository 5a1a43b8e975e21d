//! Columns as today's contract classes them: a class that is added holds from the next statement on, before anything is
//! published under it.

use std::sync::Arc;

use governance::derive;
use model::{
    class::ClassName,
    publication::{Publication, PublishedColumn},
    reference::PortRef,
    treatment::{CarriedTag, Outcome},
};

use super::Mesh;
use crate::event::InheritedClasses;

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

    /// Gives columns of a publication classes that what they are made of carries by now. Nothing was applied to their
    /// values for these.
    pub(crate) fn inherit(&mut self, facts: &InheritedClasses) {
        let Ok(state) = self.product_mut(self.seq(), &facts.product) else { return };
        for held in state.publication.iter_mut().chain(&mut state.recent) {
            if held.id != facts.publication {
                continue;
            }
            let mut ports = held.ports.clone();
            for (name, columns) in &facts.ports {
                let Some(port) = ports.get_mut(name) else { continue };
                for column in Arc::make_mut(&mut port.columns) {
                    let lacks = |class: &&ClassName| column.tags.iter().all(|tag| tag.class != **class);
                    let classes = columns.get(&column.name).into_iter().flatten();
                    let lacking: Vec<ClassName> = classes.filter(lacks).cloned().collect();
                    column.tags.extend(lacking.into_iter().map(|class| CarriedTag { class, applied: Outcome::Clear }));
                }
            }
            *held = Arc::new(Publication { ports, ..(**held).clone() });
        }
    }
}
