//! The order of steps: what a step reads is made before it.

use std::collections::{BTreeMap, BTreeSet};

use model::{Code, Problem};

/// What each node needs, or why that cannot be told.
pub(crate) type Needs<N> = BTreeMap<N, Result<BTreeSet<N>, Problem>>;

/// The nodes in an order in which every node comes after what it needs. Nodes on a cycle come last, with a problem that
/// names the cycle.
pub(crate) fn order<N: Ord + Clone + std::fmt::Display>(needs: &Needs<N>) -> Vec<(N, Option<Problem>)> {
    let mut done: BTreeSet<N> = BTreeSet::new();
    let mut ordered = Vec::new();
    loop {
        let ready: Vec<&N> = needs
            .iter()
            .filter(|(node, _)| !done.contains(*node))
            .filter(|(_, needs)| match needs {
                Ok(needs) => needs.iter().all(|need| done.contains(need)),
                Err(_) => true,
            })
            .map(|(node, _)| node)
            .collect();
        if ready.is_empty() {
            break;
        }
        for node in ready {
            done.insert(node.clone());
            ordered.push((node.clone(), needs.get(node).and_then(|needs| needs.as_ref().err().cloned())));
        }
    }
    let left: BTreeSet<&N> = needs.keys().filter(|node| !done.contains(*node)).collect();
    for node in left.iter().copied() {
        ordered.push((node.clone(), Some(cycle(node, &left, needs))));
    }
    ordered
}

/// The cycle a node lies on, or that what it needs lies on.
fn cycle<N: Ord + Clone + std::fmt::Display>(start: &N, left: &BTreeSet<&N>, needs: &Needs<N>) -> Problem {
    let mut path: Vec<&N> = vec![start];
    while let Some(last) = path.last()
        && let Some(Ok(next)) = needs.get(last)
        && let Some(next) = next.iter().find(|need| left.contains(need))
    {
        if let Some(first) = path.iter().position(|seen| *seen == next) {
            let names: Vec<String> = path.iter().skip(first).map(|node| format!("`{node}`")).collect();
            return Problem::new(
                Code::Conflict,
                format!("the steps need each other: {} -> `{next}`", names.join(" -> ")),
            )
            .with_hint("let one of them read from bronze, or from a published product");
        }
        path.push(next);
    }
    Problem::new(Code::Conflict, format!("`{start}` needs a step that cannot be made"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needs(list: &[(&str, &[&str])]) -> Needs<String> {
        list.iter()
            .map(|(node, needs)| ((*node).to_owned(), Ok(needs.iter().map(|need| (*need).to_owned()).collect())))
            .collect()
    }

    #[test]
    fn every_step_comes_after_what_it_needs() {
        let ordered = order(&needs(&[("a", &["c"]), ("b", &[]), ("c", &["b"]), ("d", &["a", "b"])]));
        let names: Vec<&str> = ordered.iter().map(|(node, _)| node.as_str()).collect();
        assert_eq!(names, ["b", "c", "a", "d"]);
        assert!(ordered.iter().all(|(_, problem)| problem.is_none()));
    }

    #[test]
    fn a_cycle_is_named_and_stops_only_those_on_it() {
        let ordered = order(&needs(&[("a", &["b"]), ("b", &["c"]), ("c", &["b"]), ("d", &[])]));
        assert_eq!(ordered[0], ("d".to_owned(), None));
        let problem = ordered.iter().find(|(node, _)| node == "a").unwrap().1.as_ref().unwrap();
        assert_eq!(problem.code(), Code::Conflict);
        assert!(problem.message().contains("`b` -> `c` -> `b`"), "{}", problem.message());
    }
}
