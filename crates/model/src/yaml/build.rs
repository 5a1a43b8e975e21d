//! From the parser's events to nodes, within limits and without recursion.

use std::collections::{HashMap, HashSet};

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, Span, Tag};

use super::{DEEPEST, Entry, MOST_NODES, Node, Position, Scalar, Value, problem_at, shown};
use crate::error::{Code, Problem};

/// A list or mapping that is still open.
struct Open {
    node: Node,
    anchor: usize,
    /// The key that waits for its value.
    key: Option<(String, Position)>,
    keys: HashSet<String>,
}

/// An anchored node and how many nodes it stands for.
struct Anchored {
    node: Node,
    nodes: usize,
}

struct Builder<'a> {
    path: &'a str,
    open: Vec<Open>,
    anchors: HashMap<usize, Anchored>,
    nodes: usize,
    root: Option<Node>,
}

pub(super) fn build(text: &str, path: &str) -> Result<Node, Problem> {
    // One more than ours, so that the depth is refused here, with our words.
    let options = granit_parser::options! {
        flow_nesting_limit: DEEPEST + 2,
        block_nesting_limit: DEEPEST + 2,
        disallow_directives: true,
        emit_comments: false,
    };
    let mut builder = Builder { path, open: Vec::new(), anchors: HashMap::new(), nodes: 0, root: None };
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|error| syntax(&error, text, path))?;
        builder.take(event, &span)?;
    }
    builder.root.ok_or_else(|| {
        problem_at(path, Position::START, Code::InvalidFile, "the file is empty".to_owned())
            .with_hint("write what it describes, or remove it")
    })
}

fn syntax(error: &ScanError, text: &str, path: &str) -> Problem {
    let position = Position::new(error.marker().line(), error.marker().col() + 1);
    match error.kind() {
        ErrorKind::RecursionLimitExceeded => too_deep(path, position),
        _ => {
            let why = error.info();
            let problem =
                problem_at(path, position, Code::InvalidFile, format!("this is not YAML: {}", shown_reason(&why)));
            match tab_before(text, position) {
                Some(line) => problem.with_hint(format!("line {line} is indented with a tab: indent with spaces")),
                None => problem,
            }
        }
    }
}

/// The line, at a position or next to it, whose indentation holds a tab: the parser stops where it notices.
fn tab_before(text: &str, position: Position) -> Option<u32> {
    let is_tabbed = |line: &str| line.chars().take_while(|c| c.is_whitespace()).any(|c| c == '\t');
    let lines = (1..=position.line + 1).zip(text.lines()).skip_while(|(number, _)| number + 1 < position.line);
    lines.filter(|(_, line)| is_tabbed(line)).map(|(number, _)| number).last()
}

/// The parser's reason without line breaks and at a readable length.
fn shown_reason(why: &str) -> String {
    why.chars().take(200).map(|c| if crate::column::is_hidden(c) { ' ' } else { c }).collect()
}

fn too_deep(path: &str, position: Position) -> Problem {
    problem_at(path, position, Code::TooComplex, format!("the document is nested deeper than {DEEPEST} levels"))
}

fn start(span: &Span) -> Position {
    Position::new(span.start.line(), span.start.col() + 1)
}

impl Builder<'_> {
    fn refuse<T>(&self, position: Position, code: Code, message: String) -> Result<T, Problem> {
        Err(problem_at(self.path, position, code, message))
    }

    fn take(&mut self, event: Event<'_>, span: &Span) -> Result<(), Problem> {
        let position = start(span);
        match event {
            Event::DocumentStart(..) if self.root.is_some() => {
                self.refuse(position, Code::InvalidFile, "a file holds one document, here starts a second".to_owned())
            }
            Event::Scalar(text, style, anchor, tag) => {
                let quoted = tag.as_deref().map(|tag| self.tag(tag, position)).transpose()?.unwrap_or(false);
                let plain = style == ScalarStyle::Plain && !quoted;
                let node = Node { position, value: Value::Scalar(Scalar { text: text.into_owned(), plain }) };
                self.count(1, position)?;
                self.remember(anchor, &node, 1);
                self.place(node)
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.enter(Value::Sequence(Vec::new()), anchor, tag.as_deref(), position)
            }
            Event::MappingStart(_, anchor, tag) => {
                self.enter(Value::Mapping(Vec::new()), anchor, tag.as_deref(), position)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(open) = self.open.pop() else { return Ok(()) };
                if open.anchor != 0 {
                    let nodes = weight(&open.node);
                    self.remember(open.anchor, &open.node, nodes);
                }
                self.place(open.node)
            }
            Event::Alias(id) => {
                let Some(anchored) = self.anchors.get(&id) else {
                    return self.refuse(
                        position,
                        Code::InvalidFile,
                        "an alias may not stand within what it names".to_owned(),
                    );
                };
                let nodes = anchored.nodes;
                // Counted before it is copied: a bomb of aliases ends here.
                self.count(nodes, position)?;
                let mut node = self
                    .anchors
                    .get(&id)
                    .map(|anchored| anchored.node.clone())
                    .unwrap_or_else(|| Node { position, value: Value::Sequence(Vec::new()) });
                if self.open.len() + depth(&node) > DEEPEST {
                    return Err(too_deep(self.path, position));
                }
                node.position = position;
                self.place(node)
            }
            _ => Ok(()),
        }
    }

    fn count(&mut self, nodes: usize, position: Position) -> Result<(), Problem> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes > MOST_NODES {
            let message = format!("the document has more than {MOST_NODES} values, aliases counted as what they name");
            return self.refuse(position, Code::TooComplex, message);
        }
        Ok(())
    }

    /// Whether a tag makes the scalar text; other tags are refused.
    fn tag(&self, tag: &Tag, position: Position) -> Result<bool, Problem> {
        match tag.core_suffix() {
            Some("str") => Ok(true),
            Some("map" | "seq" | "int" | "float" | "bool" | "null") => Ok(false),
            _ => {
                let message = format!("the tag `{}` is not supported", shown(&tag.original()));
                self.refuse(position, Code::InvalidFile, message)
            }
        }
    }

    fn remember(&mut self, anchor: usize, node: &Node, nodes: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, Anchored { node: node.clone(), nodes });
        }
    }

    fn enter(&mut self, value: Value, anchor: usize, tag: Option<&Tag>, position: Position) -> Result<(), Problem> {
        if let Some(tag) = tag {
            self.tag(tag, position)?;
        }
        if self.open.len() >= DEEPEST {
            return Err(too_deep(self.path, position));
        }
        self.count(1, position)?;
        self.open.push(Open { node: Node { position, value }, anchor, key: None, keys: HashSet::new() });
        Ok(())
    }

    /// Puts a finished node into the innermost open list or mapping.
    fn place(&mut self, node: Node) -> Result<(), Problem> {
        let path = self.path;
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        match &mut open.node.value {
            Value::Sequence(items) => items.push(node),
            Value::Mapping(entries) => match open.key.take() {
                Some((key, position)) => entries.push(Entry { key, position, value: node }),
                None => {
                    let position = node.position;
                    let key = key_text(node, path)?;
                    if !open.keys.insert(key.clone()) {
                        let first = entries.iter().find(|entry| entry.key == key).map(|entry| entry.position.line);
                        let message = format!("the key `{}` stands twice", shown(&key));
                        let hint = first.map(|line| format!("it stands in line {line} already; keep one of them"));
                        let problem = problem_at(path, position, Code::InvalidFile, message);
                        return Err(match hint {
                            Some(hint) => problem.with_hint(hint),
                            None => problem,
                        });
                    }
                    open.key = Some((key, position));
                }
            },
            Value::Scalar(_) => {}
        }
        Ok(())
    }
}

fn key_text(node: Node, path: &str) -> Result<String, Problem> {
    let position = node.position;
    match node.value {
        Value::Scalar(scalar) if scalar.plain && scalar.text == "<<" => {
            Err(problem_at(path, position, Code::InvalidFile, "merge keys (`<<`) are not read".to_owned())
                .with_hint("write the keys out"))
        }
        Value::Scalar(scalar) => Ok(scalar.text),
        _ => Err(problem_at(path, position, Code::InvalidFile, "a key must be text".to_owned())
            .with_hint("quote a value that starts with `{` or `[`")),
    }
}

fn weight(node: &Node) -> usize {
    match &node.value {
        Value::Scalar(_) => 1,
        Value::Sequence(items) => 1 + items.iter().map(weight).sum::<usize>(),
        Value::Mapping(entries) => 1 + entries.iter().map(|entry| 1 + weight(&entry.value)).sum::<usize>(),
    }
}

fn depth(node: &Node) -> usize {
    match &node.value {
        Value::Scalar(_) => 0,
        Value::Sequence(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Mapping(entries) => 1 + entries.iter().map(|entry| depth(&entry.value)).max().unwrap_or(0),
    }
}
