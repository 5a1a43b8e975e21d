//! Tests of the cross checks between the files of a repository.

use std::collections::BTreeMap;

use super::*;

const CONTRACT: &str = "apiVersion: v3.2.0
kind: DataContract
id: claims.all_claims
version: 1.0.0
schema:
  - name: claims
    properties:
      - {name: claim_id, logicalType: string, tags: [pii.emial]}
      - {name: region, logicalType: string}
      - {name: amount, logicalType: number}
    authoritativeDefinitions: [{type: glossary, url: \"glossary:claims\"}]
";

fn files(changes: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
    let mut files: BTreeMap<String, Vec<u8>> = [
        ("mesh.yaml", "mesh: north\nformat: 1\nregions: [eu]\nroles: {admins: admins}\n"),
        ("people.yaml", "people: [{name: ana, groups: [owners, stewards, admins]}]\nservices: [{name: svc-claims, domain: claims}]\n"),
        ("governance/purposes.yaml", "purposes: {billing: {}}\n"),
        ("governance/glossary/terms.yaml", "terms: {claim: {definition: x}}\n"),
        ("governance/classifications/pii.yaml", "root: pii\nclasses: {email: {mask: {kind: null}}}\n"),
        ("domains/claims/domain.yaml", "domain: claims\nregion: eu\nowner: owners\nsteward: stewards\n"),
        ("domains/claims/sources/drops.yaml", "source: drops\nkind: files\ntables:\n  claims: {path: c.csv, format: csv}\n"),
        ("domains/claims/silver/claims.sql", "SELECT claim_id, region, 1.5 AS amount FROM bronze.claims\n"),
        ("domains/claims/products/all_claims/contract.yaml", CONTRACT),
        ("domains/claims/products/all_claims/claims.sql", "SELECT * FROM silver.claims\n"),
        ("domains/claims/products/all_claims/access.yaml", "scopes: {eu: \"region = 'EU'\"}\ndefault_scope: eu\npurposes: [billing]\n"),
    ]
    .into_iter()
    .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
    .collect();
    for (path, text) in changes {
        files.insert((*path).to_owned(), text.as_bytes().to_vec());
    }
    files
}

fn findings(changes: &[(&str, &str)]) -> Findings {
    let repository = Repository::load(&files(changes)).unwrap_or_else(|problems| panic!("{}", told(&problems)));
    check(&repository, &Known::default())
}

fn told(problems: &[Problem]) -> String {
    let lines = problems.iter().map(|problem| format!("{problem}\n  {}\n", problem.hint().unwrap_or("(no hint)")));
    lines.collect()
}

#[test]
fn unknown_names_are_told_with_the_nearest() {
    insta::assert_snapshot!(told(&findings(&[]).problems), @r"
domains/claims/products/all_claims/contract.yaml:8:54: the class `pii.emial` is not declared
  did you mean `pii.email`?
domains/claims/products/all_claims/contract.yaml:11:54: the glossary term `claims` is not defined
  did you mean `claim`?
");
    insta::assert_snapshot!(told(&findings(&[]).warnings), @r"
domains/claims/products/all_claims/contract.yaml:10:9: `amount` looks like money and is a floating number
  add `physicalType: decimal(12,2)`: sums of decimals are exact
");
}

#[test]
fn tables_purposes_and_scopes_are_checked_where_they_stand() {
    let found = findings(&[
        (
            "domains/claims/products/all_claims/contract.yaml",
            &CONTRACT.replace("pii.emial", "pii.email").replace("glossary:claims", "glossary:claim"),
        ),
        (
            "domains/claims/products/all_claims/claims.sql",
            "/* tessera\npurpose: biling\n*/\nSELECT * FROM silver.claim\nJOIN bronze.claims USING (a)\nJOIN customer.master.rows USING (b)\nJOIN claims USING (c)\n",
        ),
        (
            "domains/claims/products/all_claims/access.yaml",
            "scopes:\n  eu: \"regoin = 'EU'\"\n  big: \"amount > 'x'\"\ndefault_scope: ue\npurposes: [billing, fraud]\nrestrict: [\"lower(region) = 'x'\"]\n",
        ),
        ("domains/claims/products/all_claims/calims.sql", "SELECT 1 AS a"),
        (
            "domains/claims/products/all_claims/product.yaml",
            "apiVersion: v1.0.0\nkind: DataProduct\nid: x\nstatus: active\nname: other\nversion: 2.0.0\noutputPorts: [{name: claims, version: 1.0.0, contractId: wrong}]\n",
        ),
        (
            "domains/claims/sources/more.yaml",
            "source: more\nkind: files\ntables:\n  claims: {path: d.csv, format: csv}\n",
        ),
    ]);
    insta::assert_snapshot!(told(&found.problems), @r"
domains/claims/products/all_claims/access.yaml:2:7: the column `regoin` does not exist
  did you mean `region`?
domains/claims/products/all_claims/access.yaml:3:8: `amount` is a number, `'x'` is text
  write the literal in the column's type: 'text', 12.5, TRUE, '2026-01-31'
domains/claims/products/all_claims/access.yaml:4:16: the default scope `ue` is not declared under `scopes`
  did you mean `eu`?
domains/claims/products/all_claims/access.yaml:5:21: the purpose `fraud` is not declared
  it may be one of `billing`
domains/claims/products/all_claims/access.yaml:6:13: a function may not stand in a row scope: `lower(region)`
  use columns, principal.<attribute>, literals and = <> < <= > >= IN BETWEEN IS NULL LIKE 'x%' AND OR NOT
domains/claims/products/all_claims/calims.sql:1:1: the contract has no port `calims`
  did you mean `claims`?
domains/claims/products/all_claims/claims.sql:2:1: the purpose `biling` is not declared
  did you mean `billing`?
domains/claims/products/all_claims/claims.sql:4:15: the table `silver.claim` does not exist
  did you mean `silver.claims`?
domains/claims/products/all_claims/claims.sql:7:6: `claims` is no table name here
  write `bronze.table`, `silver.table`, `product.port` or `domain.product.port`
domains/claims/products/all_claims/product.yaml:5:7: the descriptor is named `other`, the product `all_claims`
  the contract is what holds; correct the descriptor or remove it
domains/claims/products/all_claims/product.yaml:6:10: the descriptor's version is `2.0.0`, the contract's 1.0.0
  the contract is what holds; correct the descriptor or remove it
domains/claims/products/all_claims/product.yaml:7:58: the port names the contract `wrong`, not `claims.all_claims`
  the contract is what holds; correct the descriptor or remove it
domains/claims/sources/more.yaml:4:11: the table `claims` is in the source `drops` already
  in SQL both would be `bronze.<table>`: rename one
");
    insta::assert_snapshot!(told(&found.warnings), @r"
domains/claims/products/all_claims/claims.sql:6:6: the domain `customer` does not exist
  write `bronze.table`, `silver.table`, `product.port` or `domain.product.port`
domains/claims/products/all_claims/contract.yaml:10:9: `amount` looks like money and is a floating number
  add `physicalType: decimal(12,2)`: sums of decimals are exact
");
}

#[test]
fn steps_that_are_made_of_each_other_are_refused_with_the_way_round() {
    let contract = CONTRACT.replace("pii.emial", "pii.email").replace("glossary:claims", "glossary:claim");
    let other = contract.replace("claims.all_claims", "policy.terms").replace("name: claims", "name: terms");
    let files = |silver: &'static str, claims: &'static str, terms: &'static str| {
        findings(&[
            ("domains/claims/products/all_claims/contract.yaml", &contract),
            ("domains/claims/silver/claims.sql", silver),
            ("domains/claims/products/all_claims/claims.sql", claims),
            ("domains/policy/domain.yaml", "domain: policy\nregion: eu\nowner: owners\nsteward: stewards\n"),
            ("domains/policy/products/terms/contract.yaml", &other),
            ("domains/policy/products/terms/terms.sql", terms),
        ])
    };
    let (bronze, silver) = ("SELECT claim_id, region, amount FROM bronze.claims\n", "SELECT * FROM silver.claims\n");
    let round = |findings: Findings| told(&findings.problems);
    assert_eq!(round(files(bronze, silver, "SELECT * FROM claims.all_claims.claims\n")), "");
    assert_eq!(
        round(files("SELECT * FROM policy.terms.terms\n", silver, "SELECT * FROM claims.all_claims.claims\n")),
        "domains/claims/products/all_claims/claims.sql:1:15: the steps are made of each other: `claims.all_claims.claims` \
         reads `claims/silver.claims` reads `policy.terms.terms` reads `claims.all_claims.claims`\n  \
         let one of them read from bronze, or from a step that none of them makes\n"
    );
    let itself = round(files("SELECT * FROM silver.claims\n", silver, "SELECT * FROM claims.all_claims.claims\n"));
    assert!(itself.contains("`claims/silver.claims` reads `claims/silver.claims`"), "{itself}");
}

#[test]
fn people_and_places_are_checked() {
    let found = findings(&[
        (
            "domains/claims/products/all_claims/contract.yaml",
            &CONTRACT.replace("pii.emial", "pii.email").replace("glossary:claims", "glossary:claim"),
        ),
        (
            "people.yaml",
            "people:\n  - {name: ana, groups: [owners, dp-claims-x-reader]}\n  - {name: admin}\nservices:\n  - {name: ana, domain: claims}\n  - {name: svc-x, domain: cliams}\n",
        ),
        (
            "domains/claims/domain.yaml",
            "domain: claims\nregion: ue\nowner: owners\nsteward: owner\nservice: svc-claims\n",
        ),
    ]);
    insta::assert_snapshot!(told(&found.problems), @r"
domains/claims/domain.yaml:2:9: the region `ue` is not declared
  did you mean `eu`?
domains/claims/domain.yaml:4:10: nobody is in the group `owner`: nobody can decide requests
  did you mean `owners`?
domains/claims/domain.yaml:5:10: the service `svc-claims` is not declared
  it may be one of `ana`, `svc-x`
people.yaml:2:34: the group name `dp-claims-x-reader` is the platform's: it stands for readers of a product
  choose another name
people.yaml:3:12: the name `admin` is the platform's own
  give people the role by their group: `roles: {admins: ...}` in `mesh.yaml`
people.yaml:5:12: the service `ana` has the name of another person
  a name is one person or one service
");
    insta::assert_snapshot!(told(&found.warnings), @r"
domains/claims/products/all_claims/contract.yaml:10:9: `amount` looks like money and is a floating number
  add `physicalType: decimal(12,2)`: sums of decimals are exact
mesh.yaml:4:17: nobody is in the group `admins`
  put people into it in `people.yaml`
people.yaml:6:27: the domain `cliams` is not declared
  did you mean `claims`?
");
}

#[test]
fn keys_that_change_nothing_yet_are_told() {
    let found = findings(&[
        ("domains/claims/domain.yaml", "domain: claims\nregion: eu\nowner: owners\nsteward: stewards\nschedule: 1h\n"),
        ("domains/claims/products/all_claims/access.yaml", "direct: true\n"),
    ]);
    let not_yet: Vec<Problem> =
        found.warnings.into_iter().filter(|problem| problem.message().contains("not carried out")).collect();
    insta::assert_snapshot!(told(&not_yet), @r"
domains/claims/domain.yaml:5:11: nothing runs by itself yet: `schedule` is read and not carried out
  call `tessera run` and `tessera publish` from a scheduler of your own
domains/claims/products/all_claims/access.yaml:1:9: nobody reads past the doors yet: `direct` is read and not carried out
  leave it out
");
}

#[test]
fn the_last_steward_may_go_though_the_group_is_then_empty() {
    let files = files(&[(
        "people.yaml",
        "people: [{name: ana, groups: [owners, admins]}]\nservices: [{name: svc-claims, domain: claims}]\n",
    )]);
    let repository = Repository::load(&files).unwrap();
    let empty = |problems: &[Problem]| told(problems).contains("nobody is in the group `stewards`: nobody can decide");
    assert!(empty(&check(&repository, &Known::default()).problems));
    let before = Known { relied_on: ["stewards".parse().unwrap()].into(), ..Known::default() };
    let found = check(&repository, &before);
    assert!(!empty(&found.problems) && empty(&found.warnings));
}

#[test]
fn a_tab_in_the_indentation_is_called_one() {
    for (text, line) in
        [("domain: claims\nzones:\n\teu: west\n", 3), ("domain: claims\nzones:\n  eu: west\n \tin: south\n", 4)]
    {
        let problems = Repository::load(&files(&[("domains/claims/domain.yaml", text)])).unwrap_err();
        assert_eq!(
            problems[0].hint(),
            Some(format!("line {line} is indented with a tab: indent with spaces").as_str()),
            "{text:?}: {problems:?}"
        );
    }
}

#[test]
fn a_repository_that_does_not_parse_tells_every_file() {
    let load = |changes: &[(&str, &str)]| told(&Repository::load(&files(changes)).unwrap_err());
    insta::assert_snapshot!(load(&[
        ("mesh.yaml", "mesh: north\nformat: 2\nregion: [eu]\n"),
        ("domains/claims/domain.yaml", "domain: claim\nowner: Owners\n"),
        ("domains/claims/sources/ops.yaml", "source: ops\nkind: oracle\n"),
        ("domains/claims/sources/drops.yaml", "source: drops\nkind: files\ntables: {claims: {path: ../c.csv, format: csv}}\n"),
        ("domains/claims/products/other/access.yaml", "visibility: hidden\n"),
        ("domains/claims/silver/x.sql", "SELECT 1 FROM"),
        ("governance/standards/own.yaml", "x: 1"),
    ]), @r"
domains/claims/domain.yaml:2:8: the group name `Owners` does not start with a lower-case letter
  (no hint)
domains/claims/products/other/access.yaml:1:1: the product `other` has no `contract.yaml`
  write one, or start with `tessera new product claims.other`
domains/claims/products/other/access.yaml:1:13: `hidden` is not one of `listed`, `unlisted`
  (no hint)
domains/claims/silver/x.sql:1:14: the SQL is not valid: expected: identifier, found: EOF
  (no hint)
domains/claims/sources/drops.yaml:3:25: the path `../c.csv` leaves the domain's folder
  write a path or pattern beneath the domain's folder: `claims/*.csv`
domains/claims/sources/ops.yaml:2:7: sources of the kind `oracle` are not offered
  `files` and `postgres` are: let another system export files into the domain's drop folder
governance/standards/own.yaml:1:1: standards of one's own are not offered yet
  remove the file: the built-in standards hold
mesh.yaml:3:1: the key `region` is not known here
  did you mean `regions`?
");
}

#[test]
fn a_path_that_leaves_its_folder_is_refused() {
    for path in ["../x.csv", "/etc/passwd", "a/../../x", "~/x", "a\\\\..\\\\x"] {
        let source = format!("source: s\nkind: files\ntables: {{t: {{path: \"{path}\", format: csv}}}}\n");
        assert!(Repository::load(&files(&[("domains/claims/sources/s.yaml", &source)])).is_err(), "{path}");
    }
}

#[test]
fn a_domains_own_repository_refers_to_the_mesh() {
    let own = [
        ("domain.yaml", "domain: claims\nregion: eu\nowner: owners\nsteward: stewards\n"),
        ("silver/claims.sql", "/* tessera\npurpose: billing\n*/\nSELECT * FROM policy.policies.rows\n"),
    ];
    let files: BTreeMap<String, Vec<u8>> =
        own.into_iter().map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).collect();
    let repository = Repository::load(&files).unwrap();
    assert_eq!(repository.identity.label(), "domain:claims");
    let known = Known {
        domains: ["policy".parse().unwrap()].into(),
        purposes: ["billing".parse().unwrap()].into(),
        ..Known::default()
    };
    assert_eq!(check(&repository, &known).problems, []);
    let unknown = check(&repository, &Known::default());
    assert_eq!((unknown.problems.len(), unknown.warnings.len()), (1, 3));
}

const OPS: &str = "source: ops\nkind: postgres\nhost: ops-db:5432\ndatabase: claims\n\
    credentials: {user: reader, password: env:CLAIMS_OPS}\ntables:\n  ops: {from: public.claims, cursor: at, lookback: 1h}\n";

/// What is wrong with the source of a database after a change of its text.
fn ops(from: &str, to: &str) -> String {
    assert!(OPS.contains(from), "{from}");
    let load = Repository::load(&files(&[("domains/claims/sources/ops.yaml", &OPS.replacen(from, to, 1))]));
    told(&load.map(|_| Vec::new()).unwrap_or_else(|problems| problems))
}

#[test]
fn slips_in_the_source_of_a_database_are_told_with_their_place() {
    assert_eq!(ops("ops", "ops"), "");
    let slips = [
        ("host:", "hots:"),
        ("host: ops-db:5432", "host: ops-db"),
        ("database: claims", "database: \"\""),
        ("from:", "form:"),
        ("from: public.claims", "from: public.claims; DROP TABLE x"),
        ("from: public.claims, ", ""),
        ("from: public.claims", "from: x, query: SELECT 1"),
        ("from: public.claims", "query: DELETE FROM x"),
        ("from: public.claims", "query: SELECT 1; SELECT 2"),
        ("from: public.claims", "query: \"WITH x AS (DELETE FROM y RETURNING 1) SELECT * FROM x\""),
        ("from: public.claims", "query: SELECT 1 FROM"),
        ("cursor: at, ", ""),
        ("lookback: 1h", "lookback: an hour"),
        ("tables:", "ca: ../ca.pem\ntables:"),
        ("tables:", "tls: maybe\ntables:"),
        ("tables:", "tls: off\nca: ca.pem\ntables:"),
    ];
    let told: String = slips.map(|(from, to)| ops(from, to)).concat();
    insta::assert_snapshot!(told.replace("domains/claims/sources/", ""), @r###"
ops.yaml:3:1: the key `hots` is not known here
  did you mean `host`?
ops.yaml:3:7: `host` is not a host and a port
  write `host: ops-db:5432`; user and password stand under `credentials`
ops.yaml:4:11: `database` is empty or has a control character
  write a name of the database server's
ops.yaml:7:9: the key `form` is not known here
  did you mean `from`?
ops.yaml:7:15: `from` is not the name of a table
  write `schema.table`, in double quotes where a part is not in lower case: `public."Claims"`
ops.yaml:7:8: neither `from` nor `query` says what is asked
  write `from: public.claims`, or `query: "SELECT ..."`
ops.yaml:7:8: `from` and `query` both say what is asked
  keep one of them
ops.yaml:7:16: the query of a source is one SELECT
  write one SELECT; what is longer belongs into a view of the database
ops.yaml:7:16: the query of a source is one SELECT
  write one SELECT; what is longer belongs into a view of the database
ops.yaml:7:16: the query of a source only reads
  write one SELECT; what is longer belongs into a view of the database
ops.yaml:7:16: the query of the source is not valid: expected: identifier, found: EOF
  write one SELECT; what is longer belongs into a view of the database
ops.yaml:7:40: `lookback` is for tables with a `cursor`
  name the column that grows with every change: `cursor: updated_at`
ops.yaml:7:52: `an hour` is not a duration
  (no hint)
ops.yaml:6:5: `../ca.pem` is not a plain file name
  the file lies in `secrets/<domain>/` of the data directory: `ca: ops-ca.pem`
ops.yaml:6:6: `maybe` is not one of `require`, `off`
  (no hint)
ops.yaml:7:5: `ca` is for encrypted connections
  remove it, or write `tls: require`
"###);
}

#[test]
fn a_password_in_a_file_is_refused_and_not_repeated() {
    for (from, to) in [
        ("password: env:CLAIMS_OPS", "password: hunter2"),
        ("password: env:CLAIMS_OPS", "password: env:hunter2"),
        ("password: env:CLAIMS_OPS", "password: keyvault:hunter2"),
        ("password: env:CLAIMS_OPS", "password: [hunter2]"),
        ("password: env:CLAIMS_OPS", "password: {env: hunter2}"),
        ("{user: reader, password: env:CLAIMS_OPS}", "reader:hunter2"),
        ("{user: reader, password: env:CLAIMS_OPS}", "[reader, hunter2]"),
        ("host: ops-db:5432", "host: postgres://reader:hunter2@ops-db:5432"),
    ] {
        let told = ops(from, to);
        assert!(told.starts_with("domains/claims/sources/ops.yaml:"), "{to}: {told}");
        assert!(!told.contains("hunter2") && !told.contains("(no hint)"), "{told}");
    }
    assert!(ops("env:CLAIMS_OPS", "hunter2").contains("a secret stands in the file itself"));
    assert!(ops("env:CLAIMS_OPS", "keyvault:x").contains("not offered yet"));
}

#[test]
fn hosts_are_those_of_the_domain() {
    let mesh = |sources: &str| format!("mesh: north\nformat: 1\nregions: [eu]\nroles: {{admins: admins}}\n{sources}");
    let found = |sources: &str, from: &str, to: &str| {
        let changes = [("mesh.yaml", mesh(sources)), ("domains/claims/sources/ops.yaml", OPS.replacen(from, to, 1))];
        let changes: Vec<(&str, &str)> = changes.iter().map(|(path, text)| (*path, text.as_str())).collect();
        let found = findings(&changes);
        let mut told = found.problems;
        told.extend(found.warnings);
        told.retain(|problem| problem.location().is_some_and(|at| !at.file.ends_with("contract.yaml")));
        told.iter().map(|problem| format!("{problem}\n")).collect::<String>()
    };
    let allowed = "sources: {hosts: {claims: [\"OPS-DB:5432\"]}}\n";
    assert_eq!(found(allowed, "ops", "ops"), "");
    let refused = "domains/claims/sources/ops.yaml:3:7: the domain `claims` may not ingest from `ops-db:5432`\n";
    assert_eq!(found("", "ops", "ops"), refused);
    assert_eq!(found("sources: {hosts: {claims: [\"ops-db:5433\"]}}\n", "ops", "ops"), refused);
    assert!(found("sources: {hosts: {policy: [\"ops-db:5432\"]}}\n", "ops", "ops").starts_with(refused));
    assert!(
        found("sources: {hosts: {claims: [\"ops-db\", \"ops-db:5432\"]}}\n", "ops", "ops")
            .contains("is not a host and a port")
    );
    let foreign = found(allowed, "env:CLAIMS_OPS", "env:POLICY_OPS");
    assert!(foreign.contains("the variable `POLICY_OPS` is not one of the domain `claims`"), "{foreign}");
    assert!(found(allowed, "tables:", "tls: off\ntables:").contains("cross the network as they are"));
}
