//! Search: what is found, how well, and what never shows.

use registry::search::{Filter, Question, Search};

use crate::house::{CONTRACT, Files, House, enriched, files};

const PATH: &str = "domains/claims/products/enriched/contract.yaml";

async fn indexed(house: &House) -> Search {
    let search = Search::new().unwrap();
    search.follow(&house.registry).await.unwrap();
    search
}

fn found(search: &Search, question: &str) -> Vec<(String, f32)> {
    let hits = search.find(&Question::parse(question).unwrap()).unwrap();
    let mut hits: Vec<_> = hits.into_iter().map(|(entry, score)| (entry.product.to_string(), score)).collect();
    hits.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    hits
}

/// The usual files and another product whose contract has more.
fn two(name: &str, edits: &[(&str, &str)]) -> Files {
    let mut files = files();
    let mut text = CONTRACT.to_owned();
    for (from, to) in edits {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    let folder = format!("domains/claims/products/{name}");
    files.insert(format!("{folder}/contract.yaml"), text.into_bytes());
    files.insert(format!("{folder}/claims.sql"), files["domains/claims/products/enriched/claims.sql"].clone());
    files
}

#[tokio::test]
async fn names_weigh_more_than_columns_and_these_more_than_texts() {
    let house = House::furnished().await;
    let edits = [
        ("id: claims.enriched", "id: claims.losses"),
        ("name: Enriched claims", "name: Losses"),
        ("Claims with everything that is known about them", "What an enriched region lost, without addresses"),
    ];
    house.apply("otto", &two("losses", &edits)).await.unwrap();
    let search = indexed(&house).await;
    let names = |question: &str| found(&search, question).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(names("enriched"), ["claims.enriched", "claims.losses"], "a name before a text");
    assert_eq!(names("known about"), ["claims.enriched"]);
    assert_eq!(names("enriched losses"), ["claims.losses"], "every word is found");
    assert_eq!(names("claim_id"), ["claims.enriched", "claims.losses"]);
    assert_eq!(names("col:claim_id region"), ["claims.enriched", "claims.losses"]);
    assert_eq!(names("col:losses"), [""; 0]);
    assert_eq!(names("name:region"), [""; 0]);
    assert_eq!(names("owner:claims-owners"), ["claims.enriched", "claims.losses"]);
    assert_eq!(names("pii.email"), ["claims.enriched", "claims.losses"]);
    assert_eq!(names("tag:email"), ["claims.enriched", "claims.losses"]);
    // Beginnings and slips, each worth less than the word itself.
    for (less, more) in
        [("enrich", "enriched"), ("enirched", "enriched"), ("enrched", "enriched"), ("enrihed", "enrich")]
    {
        let (less, more) = (found(&search, less), found(&search, more));
        assert_eq!(less[0].0, "claims.enriched", "{less:?}");
        assert!(less[0].1 < more[0].1, "{less:?} {more:?}");
    }
    assert_eq!(names("xyzzy"), [""; 0]);
    assert_eq!(names("enriched xyzzy"), [""; 0]);
    assert_eq!(names("").len(), 2);
}

#[tokio::test]
async fn nonsense_is_looked_for_and_found_nowhere_or_refused() {
    let house = House::furnished().await;
    let search = indexed(&house).await;
    for nonsense in [
        "\"",
        "(((",
        "a AND OR",
        "col:",
        "col::",
        ":",
        "::x",
        "~~~",
        "+-&&||!(){}[]^\"~*?:\\/",
        "\u{202e}abc",
        "'; DROP TABLE x",
        "<script>",
        "name:(",
        "zzz:claims zzz",
        "\0",
        "é",
        "日本語",
        "*",
        "claims~2^9",
    ] {
        let question = Question::parse(nonsense).unwrap_or_else(|problem| panic!("{nonsense:?}: {problem}"));
        search.find(&question).unwrap_or_else(|problem| panic!("{nonsense:?}: {problem}"));
    }
    assert_eq!(Question::parse(&"x".repeat(1_001)).unwrap_err().code().as_str(), "too-large");
    assert_eq!(Question::parse(&"x ".repeat(33)).unwrap_err().code().as_str(), "too-complex");
    let question = Question::parse("domain:Claims CLASS:pii.email access: late").unwrap();
    assert_eq!(question.filters, [(Filter::Domain, "claims".into()), (Filter::Class, "pii.email".into())]);
    assert_eq!(question.words.len(), 1);
}

#[tokio::test]
async fn a_hit_says_which_text_it_was_found_in_as_far_as_that_may_be_told() {
    let house = House::furnished().await;
    let search = indexed(&house).await;
    let entry = search.entry(&enriched()).unwrap();
    let why = |text: &str, hidden: Option<&str>| {
        let question = Question::parse(text).unwrap();
        let why = question.why(&entry, |fact| hidden.is_none() || fact.column.as_deref() != hidden);
        why.map(|why| why.iter().map(|why| format!("{} {}", why.fact.field.word(), why.fact.text)).collect::<Vec<_>>())
    };
    assert_eq!(why("email", None).unwrap(), ["column email"]);
    assert_eq!(why("pii.email enirched", None).unwrap(), ["tag pii.email", "name claims.enriched"]);
    assert_eq!(why("claim_id", None).unwrap(), ["column claim_id"]);
    assert_eq!(why("everything", None).unwrap(), ["text Claims with everything that is known about them"]);
    assert_eq!(why("email", Some("email")), None, "a column that may not be told is no reason");
    // What the index finds, the reasons find: with the worth of each.
    for text in ["email", "claim id", "claim_id", "enrich", "regoin", "claims.enriched", "col:mail", "everythin"] {
        assert_eq!(found(&search, text).len(), usize::from(why(text, None).is_some()), "{text}");
        let question = Question::parse(text).unwrap();
        let worth = question.worth(&entry, |_| true);
        assert_eq!(found(&search, text).first().map(|(_, score)| *score), worth, "{text}");
        let less = question.worth(&entry, |fact| fact.column.is_none());
        assert!(less.is_none_or(|less| less <= worth.unwrap()), "{text}");
    }
}

#[tokio::test]
async fn what_is_hidden_moves_no_score() {
    let house = House::furnished().await;
    let before = found(&indexed(&house).await, "region email");
    // A dozen more products that hold the very words.
    let mut all = files();
    for number in 0..12 {
        all.extend(two(&format!("other{number}"), &[("id: claims.enriched", "id: claims.other")]));
    }
    house.apply("otto", &all).await.unwrap();
    let after = found(&indexed(&house).await, "region email");
    assert_eq!(after.len(), 13);
    assert_eq!(before[0], *after.iter().find(|(name, _)| name == "claims.enriched").unwrap());
}

#[tokio::test]
async fn what_a_term_means_finds_what_is_about_it() {
    let house = House::furnished().await;
    let glossary = |meaning: &str| format!("terms:\n  customer: {{definition: {meaning}}}\n").into_bytes();
    let about = "authoritativeDefinitions: [{type: glossary, url: \"glossary:customer\"}]\nschema:";
    let declare = async |files: &mut Files, meaning: &str| {
        files.insert("governance/glossary/terms.yaml".into(), glossary(meaning));
        house.apply("gus", files).await.unwrap();
    };
    declare(&mut files(), "The first word of a mishap").await;
    let mut all = two("losses", &[("id: claims.enriched", "id: claims.losses"), ("schema:", about)]);
    all.insert("governance/glossary/terms.yaml".into(), glossary("The first word of a mishap"));
    house.apply("otto", &all).await.unwrap();
    let search = indexed(&house).await;
    let names = |question: &str| found(&search, question).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(names("mishap"), ["claims.losses"]);
    assert_eq!(names("term:mishap"), [""; 0], "what it means is a text");
    let question = Question::parse("mishap").unwrap();
    let entry = search.entry(&"claims.losses".parse().unwrap()).unwrap();
    assert_eq!(question.why(&entry, |_| true).unwrap()[0].fact.text, "customer: The first word of a mishap");
    // Another meaning is found as soon as it is declared, the former one no longer.
    declare(&mut all, "What the periscope saw").await;
    search.follow(&house.registry).await.unwrap();
    assert_eq!((names("mishap").len(), names("periscope")), (0, vec!["claims.losses".to_owned()]));
}

#[tokio::test]
async fn the_index_follows_what_is_declared_changed_and_retired() {
    let house = House::furnished().await;
    let search = Search::new().unwrap();
    assert!(found(&search, "claims").is_empty());
    search.follow(&house.registry).await.unwrap();
    assert_eq!(found(&search, "region").len(), 1);
    let text = CONTRACT.replace("everything that is known", "a periscope");
    let mut changed = files();
    changed.insert(PATH.into(), text.into_bytes());
    house.apply("otto", &changed).await.unwrap();
    assert!(found(&search, "periscope").is_empty());
    search.follow(&house.registry).await.unwrap();
    assert_eq!((found(&search, "periscope").len(), found(&search, "everything").len()), (1, 0));
    // Once it is published, what is declared later is not what is found.
    house.publish(1).await.unwrap();
    house.apply("otto", &files()).await.unwrap();
    search.follow(&house.registry).await.unwrap();
    assert_eq!((found(&search, "periscope").len(), found(&search, "everything").len()), (1, 0));
    let again = indexed(&house).await;
    assert_eq!(found(&again, "claims"), found(&search, "claims"), "built at once or bit by bit");
    let gone: Files = files().into_iter().filter(|(path, _)| !path.contains("products/enriched")).collect();
    let mut apply = crate::house::apply(&gone);
    apply.confirmed.retire = vec!["claims.enriched".into()];
    house.run("otto", registry::Command::Apply(apply)).await.unwrap();
    search.follow(&house.registry).await.unwrap();
    assert!(found(&search, "claims").is_empty());
    assert!(search.entry(&enriched()).is_none());
}
