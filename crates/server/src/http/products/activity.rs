//! `GET /api/v1/products/{domain}/{product}/activity`: what happened to a product, newest first, as far as it concerns the
//! caller.

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    Json,
    extract::{Path, State},
};
use model::{Problem, error::Code, id::RequestId, reference::ProductRef};
use registry::{
    Event,
    event::{Ending, ProductDeclaration},
    history::{Happened, Matter},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    http::{
        access::judges,
        entitlements,
        extract::Params,
        failure::Outcome,
        page::{Asked, Cursors, Page, PageParams},
        requests,
        rule::Caller,
        seen::Seen,
    },
    wiring::House,
};

/// Records that are read at once.
const AT_ONCE: usize = 200;

/// Which of it.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// `declaration`, `publication`, `access` or `classes`; all of it if absent.
    #[serde(default)]
    pub about: Option<String>,
    /// Items at most, 1 to 500; 50 if absent.
    #[serde(default)]
    pub limit: Option<usize>,
    /// Where the previous page ended: its `next`.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// Something that happened to a product. What a kind has nothing to say about is absent.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProductEvent {
    /// Its number in the journal.
    pub seq: u64,
    /// When.
    pub at: String,
    /// `declaration`, `publication`, `access` or `classes`.
    pub about: String,
    /// `declared`, `retired`; `published`, `rolled-back`, `given-up`; `requested`, `discussed`, `granted`, `denied`, `withdrawn`,
    /// `revoked`, `expired`; `declassified`, `waived`, `inherited`.
    pub what: String,
    /// Who did it, where a person or service did; told to those who answer for the product, and to oneself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// The contract's version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What a declaration changed: `contract`, `access`, `steps`, `documents`; all of them for the first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<String>,
    /// The publication; that which is served again after a rollback.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publication: Option<String>,
    /// The request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// The entitlement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entitlement: Option<String>,
    /// Whose access it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// `port.column`, or the port.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// Classes that were given or lowered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
}

/// What happened to a product.
#[utoipa::path(get, path = "/api/v1/products/{domain}/{product}/activity", tag = "products",
    params(("domain" = String, Path), ("product" = String, Path), Which),
    responses((status = 200, body = Page<ProductEvent>), (status = 404, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    Path((domain, product)): Path<(String, String)>,
    Params(which): Params<Which>,
) -> Outcome<Json<Page<ProductEvent>>> {
    let seen = Seen::by(&house, caller);
    let product = seen.product(&domain, &product)?;
    let about = which.about.as_deref().map(matter).transpose()?;
    let whole = judges(&seen, product) || seen.is_member(&product.reference.domain);
    let records = house.history.of(&product.reference).await?;
    let told = Told { house: &house, seen: &seen, whole, records: &records };
    let question = format!("activity {} {about:?}", product.reference);
    let params = PageParams { limit: which.limit, cursor: which.cursor };
    let asked = Asked { principal: &seen.reader.principal, question: &question };
    let start = house.cursors.start(&params, asked)?.and_then(|start| start.parse::<u64>().ok());
    // One more than the page, so that it is known whether another follows.
    let wanted = Cursors::limit(&params)? + 1;
    let mut items = Vec::new();
    let concerns = |of: Matter| whole || matches!(of, Matter::Publication | Matter::Access);
    let of_interest: BTreeMap<u64, Matter> = records
        .iter()
        .filter(|(seq, _)| start.is_none_or(|start| *seq < start))
        .filter(|(_, of)| about.is_none_or(|about| about == *of) && concerns(*of))
        .copied()
        .collect();
    let newest: Vec<u64> = of_interest.keys().rev().copied().collect();
    // Many of them may concern somebody else, so they are read several at a time.
    for some in newest.chunks(AT_ONCE) {
        for happened in house.registry.happened(some).await?.into_iter().rev() {
            if let Some(matter) = of_interest.get(&happened.seq) {
                items.extend(told.of(&product.reference, *matter, happened).await?);
            }
        }
        if items.len() >= wanted {
            break;
        }
    }
    Ok(Json(house.cursors.cut(&params, asked, |item: &ProductEvent| item.seq.to_string(), |_| items)?))
}

fn matter(word: &str) -> Result<Matter, Problem> {
    const ALL: [Matter; 4] = [Matter::Declaration, Matter::Publication, Matter::Access, Matter::Classes];
    ALL.into_iter().find(|matter| self::word(*matter) == word).ok_or_else(|| {
        Problem::new(Code::InvalidValue, format!("`{}` is nothing that a record is about", word.escape_debug()))
            .with_hint("write `declaration`, `publication`, `access` or `classes`")
    })
}

fn word(matter: Matter) -> &'static str {
    match matter {
        Matter::Declaration => "declaration",
        Matter::Publication => "publication",
        Matter::Access => "access",
        Matter::Classes => "classes",
    }
}

/// To whom it is told.
struct Told<'a> {
    house: &'a House,
    seen: &'a Seen,
    /// Whether they answer for the product.
    whole: bool,
    records: &'a [(u64, Matter)],
}

impl Told<'_> {
    /// A record as it is told, if it is.
    async fn of(
        &self,
        product: &ProductRef,
        matter: Matter,
        happened: Happened,
    ) -> Result<Option<ProductEvent>, Problem> {
        let Happened { seq, at, actor, event } = happened;
        let own = actor == self.seen.reader.principal.to_string();
        let base = ProductEvent {
            seq,
            at: at.to_string(),
            about: word(matter).to_owned(),
            by: (self.whole || own).then_some(actor),
            ..ProductEvent::default()
        };
        Ok(match event {
            Event::ProductDeclared(declared) => {
                let before = self.declared_before(seq, product).await?;
                let changed = changed(before.as_deref(), &declared);
                let version = Some(declared.contract.version.to_string());
                Some(ProductEvent { what: "declared".into(), version, changed, ..base })
            }
            Event::Retired { .. } => Some(ProductEvent { what: "retired".into(), ..base }),
            Event::ProductPublished(facts) => Some(ProductEvent {
                what: "published".into(),
                version: Some(facts.version.to_string()),
                publication: Some(format!("pub-{seq}")),
                ..base
            }),
            Event::ProductRolledBack { to, .. } => {
                Some(ProductEvent { what: "rolled-back".into(), publication: Some(to.to_string()), ..base })
            }
            Event::PublicationsRetired { publications, .. } if self.whole => {
                let gone = publications.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                Some(ProductEvent { what: "given-up".into(), publication: Some(gone), ..base })
            }
            Event::Declassified(facts) => Some(ProductEvent {
                what: "declassified".into(),
                columns: vec![format!("{}.{}", facts.port.port, facts.column)],
                classes: vec![facts.class.to_string()],
                ..base
            }),
            Event::RestrictionWaived(facts) => {
                Some(ProductEvent { what: "waived".into(), columns: vec![facts.port.port.to_string()], ..base })
            }
            Event::ClassesInherited(facts) => {
                let of = |(port, columns): (_, &BTreeMap<String, _>)| {
                    columns.keys().map(|column| format!("{port}.{column}")).collect::<Vec<_>>()
                };
                let classes = facts.ports.values().flat_map(|columns| columns.values()).flatten();
                Some(ProductEvent {
                    what: "inherited".into(),
                    classes: classes.map(ToString::to_string).collect::<BTreeSet<_>>().into_iter().collect(),
                    columns: facts.ports.iter().flat_map(of).collect(),
                    ..base
                })
            }
            event => self.access(seq, event, base),
        })
    }

    /// SECURITY: who asked for access and got it is told to those who decide and to those it is about (test
    /// `activity_of_a_product_tells_each_what_concerns_them`).
    fn access(&self, seq: u64, event: Event, base: ProductEvent) -> Option<ProductEvent> {
        let mesh = &self.seen.mesh;
        let of_request = |request: RequestId, what: &str| {
            let request = mesh.request(request).filter(|request| requests::list::sees(self.seen, request))?;
            let (id, subject) = (request.id.to_string(), request.subject.to_string());
            Some(ProductEvent { what: what.into(), request: Some(id), subject: Some(subject), ..base.clone() })
        };
        match event {
            Event::AccessRequested(_) => of_request(RequestId::new(seq), "requested"),
            Event::AccessDenied { request, .. } => of_request(request, "denied"),
            Event::RequestDiscussed { request, .. } => of_request(request, "discussed"),
            Event::RequestWithdrawn { request } => of_request(request, "withdrawn"),
            Event::EntitlementGranted(_) | Event::EntitlementEnded { .. } => {
                let (id, what) = match &event {
                    Event::EntitlementEnded { entitlement, why: Ending::Revoked } => (*entitlement, "revoked"),
                    Event::EntitlementEnded { entitlement, why: Ending::Expired } => (*entitlement, "expired"),
                    _ => (model::id::EntitlementId::new(seq), "granted"),
                };
                let held = mesh.entitlement(id).filter(|held| entitlements::list::sees(self.seen, held))?;
                let (entitlement, subject) = (Some(held.id.to_string()), Some(held.subject.to_string()));
                // What a rule gives, nobody did: not whoever asked, nor whoever published first.
                let by_rule = matches!(&event, Event::EntitlementGranted(facts) if facts.by.is_none());
                let by = base.by.clone().filter(|_| !by_rule);
                Some(ProductEvent { what: what.into(), by, entitlement, subject, ..base })
            }
            _ => None,
        }
    }

    /// The declaration before a record.
    async fn declared_before(
        &self,
        seq: u64,
        product: &ProductRef,
    ) -> Result<Option<Box<ProductDeclaration>>, Problem> {
        let earlier =
            self.records.iter().rev().filter(|(before, matter)| *before < seq && *matter == Matter::Declaration);
        for (before, _) in earlier {
            for happened in self.house.registry.happened(&[*before]).await? {
                if let Event::ProductDeclared(declared) = happened.event
                    && declared.product == *product
                {
                    return Ok(Some(declared));
                }
            }
        }
        Ok(None)
    }
}

/// What a declaration changed.
fn changed(before: Option<&ProductDeclaration>, after: &ProductDeclaration) -> Vec<String> {
    let differs = |differs: fn(&ProductDeclaration, &ProductDeclaration) -> bool| {
        before.is_none_or(|before| differs(before, after))
    };
    let parts = [
        ("contract", differs(|a, b| a.provenance.document != b.provenance.document)),
        ("access", differs(|a, b| a.access_document != b.access_document)),
        ("steps", differs(|a, b| a.steps != b.steps)),
        ("documents", differs(|a, b| a.samples != b.samples || a.readme != b.readme)),
    ];
    parts.into_iter().filter(|(_, differs)| *differs).map(|(part, _)| part.to_owned()).collect()
}
