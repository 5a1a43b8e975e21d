//! Slips in our own files: the text a person reads.

use std::{collections::BTreeMap, path::Path};

use model::files::repository::{Known, Repository, check};

use crate::told;

fn problems(path: &str, text: &str) -> String {
    let mut files: BTreeMap<String, Vec<u8>> = [("mesh.yaml".to_owned(), b"mesh: north\nformat: 1\n".to_vec())].into();
    files.insert(path.to_owned(), text.as_bytes().to_vec());
    told(&Repository::load(&files).map(|_| ()).unwrap_err())
}

#[test]
fn slips_in_the_mesh() {
    insta::assert_snapshot!(problems("mesh.yaml", "mesh: north\nformat: one\n"), @"[invalid-file] mesh.yaml:2:9: expected a whole number, found `one`");
    insta::assert_snapshot!(problems("mesh.yaml", "mesh: North Peak\nformat: 1\n"), @"[invalid-file] mesh.yaml:1:7: the mesh name `North Peak` does not start with a lower-case letter");
    insta::assert_snapshot!(problems("mesh.yaml", "mesh: north\nformat: 1\nrole: {admins: a}\n"), @r"
[invalid-file] mesh.yaml:3:1: the key `role` is not known here
  did you mean `roles`?
");
    insta::assert_snapshot!(problems("mesh.yaml", "mesh: north\nformat: 1\nregions: westeurope\n"), @r"
[invalid-file] mesh.yaml:3:10: expected a list, found `westeurope`
  write `[a, b]`, or one line per entry starting with `- `
");
    insta::assert_snapshot!(problems("mesh.yaml", "mesh: north\nformat: 1\nidentity: entra\n"), @"[invalid-file] mesh.yaml:3:11: `entra` is not one of `embedded`");
    insta::assert_snapshot!(problems("mesh.yaml", "- mesh\n"), @"[invalid-file] mesh.yaml:1:1: expected keys and values, found a list");
    insta::assert_snapshot!(problems("mesh.yaml", "mesh: [\n"), @"[invalid-file] mesh.yaml:1:7: this is not YAML: unclosed bracket '['");
    insta::assert_snapshot!(problems("mesh.yaml", "mesh: north\n"), @"[invalid-file] mesh.yaml:1:1: the key `format` is missing");
}

#[test]
fn slips_in_people_and_rules() {
    insta::assert_snapshot!(problems("people.yaml", "people:\n  - name: ana\n    groups: analysts\n"), @r"
[invalid-file] people.yaml:3:13: expected a list, found `analysts`
  write `[a, b]`, or one line per entry starting with `- `
");
    insta::assert_snapshot!(problems("people.yaml", "people:\n  - {name: Ana}\n"), @"[invalid-file] people.yaml:2:12: the person name `Ana` does not start with a lower-case letter");
    insta::assert_snapshot!(problems("people.yaml", "people:\n  - {nmae: ana}\n"), @r"
[invalid-file] people.yaml:2:6: the key `nmae` is not known here
  did you mean `name`?
");
    insta::assert_snapshot!(problems("governance/purposes.yaml", "purposes: [billing]\n"), @"[invalid-file] governance/purposes.yaml:1:11: expected keys and values, found a list");
    insta::assert_snapshot!(problems("governance/classifications/pii.yaml", "root: pii\nclasses:\n  email: {mask: {kind: partial, of: emial}}\n"), @r"
[invalid-file] governance/classifications/pii.yaml:3:17: `emial` is not one of `email`, `phone`, `name`, `last4`
  did you mean `email`?
");
    insta::assert_snapshot!(problems("governance/classifications/pii.yaml", "root: pii\nclasses:\n  email: {mask: {kind: rot13}}\n"), @"[invalid-file] governance/classifications/pii.yaml:3:24: `rot13` is not one of `partial`, `generalise`, `token`, `constant`, `null`, `denied`");
    insta::assert_snapshot!(problems("governance/classifications/pii.yaml", "root: pii\npersonal: yes\nclasses: {}\n"), @r"
[invalid-file] governance/classifications/pii.yaml:2:11: expected `true` or `false`, found `yes`
  only `true` and `false` are truth values
");
    insta::assert_snapshot!(problems("governance/classifications/pii.yaml", "root: pii\nclasses:\n  age: {mask: {kind: generalise, to: week}}\n"), @"[invalid-file] governance/classifications/pii.yaml:3:15: `week` is not a generalisation");
}

#[test]
fn slips_in_a_domain() {
    insta::assert_snapshot!(problems("domains/claims/domain.yaml", "domain: claims\nonwer: owners\nsteward: stewards\n"), @r"
[invalid-file] domains/claims/domain.yaml:2:1: the key `onwer` is not known here
  did you mean `owner`?
");
    insta::assert_snapshot!(problems("domains/claims/domain.yaml", "domain: claims\nowner: owners\nsteward: stewards\nschedule: 30 minutes\n"), @"[invalid-file] domains/claims/domain.yaml:4:11: `30 minutes` is not a duration");
    insta::assert_snapshot!(problems("domains/claims/domain.yml", "domain: claims\n"), @r"
[invalid-file] domains/claims/domain.yml:1:1: this file is of no kind that is read
  a domain has `domain.yaml`, `sources/`, `silver/` and `products/<name>/`
");
    insta::assert_snapshot!(problems("domains/gold/domain.yaml", "domain: gold\n"), @r"
[invalid-file] domains/gold/domain.yaml:1:1: the domain name `gold` is a reserved word
  use a lower-case letter, then letters, digits or single `_`
");
}

#[test]
fn masks_read_in_every_form() {
    let classes = "root: pii\nclasses:\n  a: {mask: {kind: 'null'}}\n  b: {mask: {kind: null}}\n  c: {mask: {kind: generalise, to: 10}}\n  d: {mask: {kind: generalise, to: prefix:3}}\n  e: {mask: {kind: constant, value: no}}\n  f: {}\n  g:\n";
    let files: BTreeMap<String, Vec<u8>> = [
        ("mesh.yaml".to_owned(), b"mesh: north\nformat: 1\n".to_vec()),
        ("governance/classifications/pii.yaml".to_owned(), classes.as_bytes().to_vec()),
    ]
    .into();
    let repository = Repository::load(&files).unwrap_or_else(|problems| panic!("{}", told(&problems)));
    let masks: Vec<_> =
        repository.classifications["pii"].value.classes.values().map(|class| format!("{:?}", class.mask)).collect();
    insta::assert_snapshot!(masks.join("\n"), @r#"
Some(Null)
Some(Null)
Some(Generalise { to: Multiple(10) })
Some(Generalise { to: Prefix(3) })
Some(Constant { value: Some("no") })
None
None
"#);
}

fn read(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(root, &path, files);
        } else {
            let relative = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            files.insert(relative, std::fs::read(&path).unwrap());
        }
    }
}

#[test]
fn the_example_mesh_is_sound() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/two-domains");
    let mut files = BTreeMap::new();
    read(&root, &root, &mut files);
    let repository = Repository::load(&files).unwrap_or_else(|problems| panic!("{}", told(&problems)));
    let findings = check(&repository, &Known::default());
    assert_eq!(told(&findings.problems), "");
    assert_eq!(told(&findings.warnings), "");
    assert!(repository.domains.len() >= 2);
}
