//! Journals that releases left behind open in this build, and mean what they meant.

use std::path::Path;

use model::{Digest, Timestamp, access::RequestState, id::PublicationId};
use registry::{Command, Context, Mesh, Registry, backup, journal};

use crate::house::Hands;

/// A copy of a release's journal in a directory of its own: the fixture itself is never opened.
fn copy(release: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(release);
    for name in ["journal.db", "journal.head"] {
        std::fs::copy(from.join(name), folder.path().join(name)).unwrap();
    }
    folder
}

/// What a mesh says, in lines that can be read.
fn summary(mesh: &Mesh) -> Vec<String> {
    let mut lines = vec![format!("{} records", mesh.seq())];
    for domain in mesh.domains() {
        let sources = domain.sources.len();
        let (silver, zones) = (domain.silver.len(), domain.zones.len());
        lines.push(format!("domain {} sources {sources} silver {silver} zones {zones}", domain.name));
    }
    for product in mesh.products() {
        let served = product.publication.as_ref().map(|publication| publication.id.to_string());
        let recent: Vec<String> = product.recent.iter().map(|publication| publication.id.to_string()).collect();
        let superseded: Vec<String> = product.superseded.keys().map(ToString::to_string).collect();
        lines.push(format!(
            "product {} serves {} of {}, superseded {}",
            product.reference,
            served.unwrap_or_default(),
            recent.join(" "),
            superseded.join(" ")
        ));
        for (port, pinned) in product.publication.iter().flat_map(|publication| &publication.ports) {
            let columns: Vec<String> = pinned
                .columns
                .iter()
                .map(|column| {
                    let tags: Vec<&str> = column.tags.iter().map(|tag| tag.class.as_str()).collect();
                    format!("{}[{}]", column.name, tags.join(" "))
                })
                .collect();
            lines.push(format!("port {port} rows {} columns {}", pinned.rows, columns.join(" ")));
        }
        for (port, column, class) in &product.declassified {
            lines.push(format!("declassified {port}.{column} {class}"));
        }
    }
    for request in mesh.requests() {
        let state = match &request.state {
            RequestState::Pending => "pending".to_owned(),
            RequestState::Approved { entitlement, .. } => format!("approved as {entitlement}"),
            RequestState::Denied { by, .. } => format!("denied by {by}"),
            RequestState::Withdrawn { .. } => "withdrawn".to_owned(),
        };
        lines.push(format!("{} {} for {} {state}", request.id, request.subject, request.purpose));
    }
    for held in mesh.entitlements() {
        let state = if held.ended.is_some() { "ended" } else { "holds" };
        lines.push(format!("{} {} {state}", held.id, held.subject));
    }
    for token in mesh.tokens() {
        let state = if token.ended.is_some() { " ended" } else { "" };
        lines.push(format!("{} {}{state}", token.id, token.principal));
    }
    lines
}

const OF_0_1_0: &str = "
46 records
domain care sources 0 silver 0 zones 1
domain shop sources 1 silver 1 zones 1
product shop.orders serves pub-38 of pub-19 pub-34 pub-38, superseded pub-19 pub-34
port orders rows 4 columns id[] email[pii.email] amount[]
declassified orders.email pii.email
req-21 user:you-analyst for analytics approved as ent-28
req-22 user:you-analyst for operations approved as ent-29
req-23 user:you-analyst for operations denied by user:you-steward
req-32 user:you-analyst for operations withdrawn
ent-20 group:owners holds
ent-28 user:you-analyst holds
ent-29 user:you-analyst ended
tok-1 user:admin
tok-15 user:you-owner
tok-16 user:you-steward
tok-17 user:you-analyst ended
tok-24 user:you-owner
tok-25 user:you-steward
tok-26 user:you-analyst
tok-27 service:svc-shop
tok-40 user:you-owner
tok-41 user:you-analyst
tok-42 user:you-steward
tok-45 user:you-owner
tok-46 user:you-steward
";

#[tokio::test]
async fn the_journal_of_0_1_0_opens_and_means_what_it_meant() {
    let folder = copy("journal-0.1.0");
    let registry = Registry::open(folder.path(), Hands::new()).await.unwrap();
    let mesh = registry.mesh();
    assert_eq!(summary(&mesh).join("\n"), OF_0_1_0.trim());
    let verified = registry.verify().await.unwrap();
    assert_eq!(verified.records, 46);
    // Its past can be asked, with a snapshot of this build and without.
    let past = |text: &str| text.parse::<Timestamp>().unwrap();
    for _ in 0..2 {
        let first = registry.as_of(past("2026-11-26T14:40:30Z")).await.unwrap();
        let product = first.products().next().unwrap();
        assert_eq!((first.seq(), product.publication.as_ref().unwrap().id), (23, PublicationId::new(19)));
        assert_eq!((first.requests().count(), first.entitlements().count()), (3, 1));
        let (store, writer, folded) = journal::open(folder.path()).await.unwrap();
        drop(writer);
        assert_eq!(folded, *mesh);
        store.keep_snapshot(&first).await.unwrap();
    }
}

#[tokio::test]
async fn the_journal_of_0_1_0_is_backed_up_and_restored() {
    let folder = copy("journal-0.1.0");
    let beside = tempfile::tempdir().unwrap();
    let (file, restored) = (beside.path().join("mesh.backup"), beside.path().join("restored"));
    let saved = backup::backup(folder.path(), &file).await.unwrap();
    assert_eq!(backup::restore(&file, &restored).await.unwrap().head, saved.head);
    let old = Registry::open(folder.path(), Hands::new()).await.unwrap();
    let new = Registry::open(&restored, Hands::new()).await.unwrap();
    assert_eq!(old.mesh(), new.mesh());
    // It goes on from there.
    let anchor = Command::AnchorActivity { node: "local".into(), seq: 9, hash: Digest::of(b"9") };
    new.execute(anchor, Context::platform("anchor-9").unwrap()).await.unwrap();
    assert_eq!(new.verify().await.unwrap().records, 47);
}
