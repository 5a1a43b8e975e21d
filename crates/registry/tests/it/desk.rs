//! The desk: what people keep is theirs, has limits, and is in a backup.

use std::collections::BTreeSet;

use model::{Code, Timestamp, name::GroupName, principal::Principal};
use registry::{
    backup,
    desk::{Desk, Draft, LONGEST_TEXT, MOST_FOLLOWED, MOST_QUERIES, MOST_SEARCHES, Share},
};

use crate::house::House;

fn now() -> Timestamp {
    Timestamp::from_micros(1)
}

fn who(name: &str) -> Principal {
    format!("user:{name}").parse().unwrap()
}

fn groups(names: &[&str]) -> BTreeSet<GroupName> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

fn draft(name: &str, shared: Option<&str>) -> Draft {
    let shared = shared.map(|shared| shared.parse::<Share>().unwrap());
    Draft { name: name.into(), text: "SELECT 1".into(), purpose: Some("pricing".parse().unwrap()), shared }
}

#[tokio::test]
async fn a_desk_is_its_owners() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path()).await.unwrap();
    let (ana, una) = (who("ana"), who("una"));
    let own = desk.keep_query(&ana, draft("own", None), now()).await.unwrap();
    let team = desk.keep_query(&ana, draft("team", Some("group:analysts")), now()).await.unwrap();
    let all = desk.keep_query(&ana, draft("all", Some("everybody")), now()).await.unwrap();
    for (principal, of, expected) in [
        (&ana, groups(&[]), vec![&own, &team, &all]),
        (&una, groups(&["analysts"]), vec![&team, &all]),
        (&una, groups(&["others"]), vec![&all]),
    ] {
        let mut seen = desk.queries(principal, &of).await.unwrap();
        seen.sort_by_key(|query| query.id);
        assert_eq!(seen.iter().collect::<Vec<_>>(), expected);
        for query in [&own, &team, &all] {
            let read = desk.query(query.id, principal, &of).await.unwrap();
            assert_eq!(read.as_ref(), expected.contains(&query).then_some(query), "{} {principal}", query.draft.name);
        }
    }
    // Whoever may read one changes nothing of it.
    assert_eq!(desk.change_query(&una, all.id, draft("mine now", None), now()).await.unwrap(), None);
    assert!(!desk.drop_query(&una, all.id).await.unwrap());
    let later = Timestamp::from_micros(5);
    let changed = desk.change_query(&ana, all.id, draft(" no longer ", None), later).await.unwrap().unwrap();
    assert_eq!((changed.draft.name.as_str(), changed.changed), ("no longer", later));
    assert_eq!(desk.query(all.id, &una, &groups(&["analysts"])).await.unwrap(), None);
    assert_eq!(desk.query(all.id, &ana, &groups(&[])).await.unwrap().unwrap(), changed);
    assert!(desk.drop_query(&ana, all.id).await.unwrap() && !desk.drop_query(&ana, all.id).await.unwrap());

    let product = "claims.enriched".parse().unwrap();
    let since = desk.follow(&ana, &product, now()).await.unwrap();
    assert_eq!(desk.follow(&ana, &product, later).await.unwrap(), since, "it was followed before");
    assert_eq!(desk.followed(&ana).await.unwrap().len(), 1);
    assert_eq!(desk.followed(&una).await.unwrap(), []);
    desk.unfollow(&una, &product).await.unwrap();
    assert_eq!(desk.followed(&ana).await.unwrap().len(), 1);
    desk.unfollow(&ana, &product).await.unwrap();
    assert_eq!(desk.followed(&ana).await.unwrap(), []);

    let search = desk.keep_search(&ana, "fresh", " claims state:ok ", now()).await.unwrap();
    assert_eq!(search.words, "claims state:ok");
    assert_eq!(desk.searches(&una).await.unwrap(), []);
    assert!(!desk.drop_search(&una, search.id).await.unwrap());
    assert_eq!(desk.searches(&ana).await.unwrap(), std::slice::from_ref(&search));
    assert!(desk.drop_search(&ana, search.id).await.unwrap());
}

#[tokio::test]
async fn a_desk_has_limits_and_names_are_names() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path()).await.unwrap();
    let (ana, una) = (who("ana"), who("una"));
    for name in ["", "  ", "two\nlines", "turned \u{202e}round", &"n".repeat(121)] {
        let refused = desk.keep_query(&ana, draft(name, None), now()).await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidValue, "{name:?}");
        assert_eq!(desk.keep_search(&ana, name, "claims", now()).await.unwrap_err().code(), Code::InvalidValue);
    }
    desk.keep_query(&ana, draft(&"ü".repeat(120), None), now()).await.unwrap();
    let long = Draft { text: "x".repeat(LONGEST_TEXT + 1), ..draft("long", None) };
    assert_eq!(desk.keep_query(&ana, long.clone(), now()).await.unwrap_err().code(), Code::TooLarge);
    let id = desk.queries(&ana, &groups(&[])).await.unwrap()[0].id;
    assert_eq!(desk.change_query(&ana, id, long, now()).await.unwrap_err().code(), Code::TooLarge);
    assert_eq!(desk.keep_search(&ana, "long", &"x".repeat(1_001), now()).await.unwrap_err().code(), Code::TooLarge);
    for _ in 1..MOST_QUERIES {
        desk.keep_query(&ana, draft("one more", None), now()).await.unwrap();
    }
    assert_eq!(desk.keep_query(&ana, draft("too many", None), now()).await.unwrap_err().code(), Code::TooLarge);
    desk.keep_query(&una, draft("hers", None), now()).await.unwrap();
    for number in 0..MOST_SEARCHES {
        desk.keep_search(&ana, &format!("{number}"), "claims", now()).await.unwrap();
    }
    assert_eq!(desk.keep_search(&ana, "too many", "claims", now()).await.unwrap_err().code(), Code::TooLarge);
    for number in 0..MOST_FOLLOWED {
        desk.follow(&ana, &format!("claims.p{number}").parse().unwrap(), now()).await.unwrap();
    }
    let refused = desk.follow(&ana, &"claims.too_many".parse().unwrap(), now()).await.unwrap_err();
    assert_eq!(refused.code(), Code::TooLarge);
    // What is followed already stays so.
    desk.follow(&ana, &"claims.p7".parse().unwrap(), now()).await.unwrap();
}

#[tokio::test]
async fn a_desk_is_in_a_backup_and_leaves_no_text_behind() {
    let house = House::published().await;
    let desk = Desk::open(house.path()).await.unwrap();
    let secret = Draft { text: "SELECT 'a-word-nobody-writes'".into(), ..draft("kept", None) };
    let kept = desk.keep_query(&who("ana"), draft("kept", None), now()).await.unwrap();
    let gone = desk.keep_query(&who("ana"), secret, now()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (file, data) = (folder.path().join("mesh.backup"), folder.path().join("restored"));
    backup::backup(house.path(), &file).await.unwrap();
    backup::restore(&file, &data).await.unwrap();
    let restored = Desk::open(&data).await.unwrap();
    assert_eq!(restored.queries(&who("ana"), &groups(&[])).await.unwrap().len(), 2);
    restored.drop_query(&who("ana"), gone.id).await.unwrap();
    assert_eq!(restored.queries(&who("ana"), &groups(&[])).await.unwrap(), [kept]);
    restored.close().await;
    let bytes = std::fs::read(registry::desk::file(&data)).unwrap();
    let word = b"a-word-nobody-writes";
    assert!(!bytes.windows(word.len()).any(|window| window == word), "the removed text is still in the file");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(registry::desk::file(&data)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "others can read what people keep");
    }
}
