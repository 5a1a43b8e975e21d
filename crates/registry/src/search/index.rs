//! The inverted index: which products hold a word, in memory.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use model::{Digest, Problem, reference::ProductRef};
use tantivy::{
    DocId, Index as Documents, IndexReader, IndexWriter, ReloadPolicy, Score, SegmentReader, TantivyDocument, Term,
    collector::{Collector, SegmentCollector},
    columnar::Column,
    query::{BooleanQuery, ConstScoreQuery, DisjunctionMaxQuery, FuzzyTermQuery, Occur, Query, TermQuery},
    schema::{self, IndexRecordOption, Schema, TextFieldIndexing, TextOptions},
    tokenizer::WhitespaceTokenizer,
};

use super::{
    Entry, Field, Word,
    words::{self, APART, Likeness},
};

/// Bytes that the writer collects before it makes a segment: the least that the library takes.
const ARENA: usize = 15_000_000;

/// The number of a product's document.
const NUMBER: &str = "number";

pub(super) struct Index {
    reader: IndexReader,
    writer: Mutex<IndexWriter>,
    fields: BTreeMap<Field, schema::Field>,
    number: schema::Field,
    known: RwLock<Known>,
}

/// What is in the index.
#[derive(Default)]
struct Known {
    /// By the number of the document.
    entries: BTreeMap<u64, Arc<Entry>>,
    numbers: BTreeMap<ProductRef, u64>,
    next: u64,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index").finish_non_exhaustive()
    }
}

impl Index {
    pub(super) fn new() -> Result<Self, Problem> {
        let mut builder = Schema::builder();
        // The text comes folded and cut.
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("words")
            .set_fieldnorms(false)
            .set_index_option(IndexRecordOption::Basic);
        let options = TextOptions::default().set_indexing_options(indexing);
        let fields = Field::ALL.into_iter().map(|field| (field, builder.add_text_field(field.word(), options.clone())));
        let fields = fields.collect();
        let number = builder.add_u64_field(NUMBER, schema::FAST | schema::INDEXED);
        let documents = Documents::create_in_ram(builder.build());
        documents.tokenizers().register("words", WhitespaceTokenizer::default());
        let writer = documents.writer_with_num_threads(1, ARENA).map_err(Problem::internal)?;
        let reader = documents.reader_builder().reload_policy(ReloadPolicy::Manual).try_into();
        Ok(Self {
            reader: reader.map_err(Problem::internal)?,
            writer: Mutex::new(writer),
            fields,
            number,
            known: RwLock::default(),
        })
    }

    /// What each product's entry was made from.
    pub(super) fn versions(&self) -> BTreeMap<ProductRef, Digest> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.entries.values().map(|entry| (entry.product.clone(), entry.version)).collect()
    }

    pub(super) fn entry(&self, product: &ProductRef) -> Option<Arc<Entry>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.numbers.get(product).and_then(|number| known.entries.get(number)).cloned()
    }

    /// Puts entries in, in place of earlier ones of their products, and takes products out.
    pub(super) fn change(&self, entries: Vec<Entry>, gone: &[ProductRef]) -> Result<(), Problem> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        // A document keeps its number only while it is what it was: a hit never stands for another text.
        let mut added = Vec::with_capacity(entries.len());
        let mut outdated = Vec::new();
        {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            let changed = entries.iter().map(|entry| &entry.product).chain(gone);
            outdated.extend(changed.filter_map(|product| known.numbers.get(product).copied()));
            added.extend((known.next..).zip(entries));
        }
        for number in &outdated {
            writer.delete_term(Term::from_field_u64(self.number, *number));
        }
        for (number, entry) in &added {
            writer.add_document(self.document(*number, entry)).map_err(Problem::internal)?;
        }
        writer.commit().map_err(Problem::internal)?;
        {
            let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
            for (number, entry) in added {
                known.next = number + 1;
                known.numbers.insert(entry.product.clone(), number);
                known.entries.insert(number, Arc::new(entry));
            }
            for product in gone {
                known.numbers.remove(product);
            }
            for number in &outdated {
                known.entries.remove(number);
            }
        }
        self.reader.reload().map_err(Problem::internal)
    }

    fn document(&self, number: u64, entry: &Entry) -> TantivyDocument {
        let mut document = TantivyDocument::default();
        document.add_u64(self.number, number);
        for fact in &entry.facts {
            if let Some(field) = self.fields.get(&fact.field) {
                document.add_text(*field, words::tokens(fact).join(" "));
            }
        }
        document
    }

    /// The entries in which every word is found, with what they are worth; all of them for no words.
    pub(super) fn find(&self, words: &[Word]) -> Result<Vec<(Arc<Entry>, f32)>, Problem> {
        let musts: Vec<(Occur, Box<dyn Query>)> = words.iter().map(|word| (Occur::Must, self.word(word))).collect();
        let query: Box<dyn Query> = match musts.is_empty() {
            true => Box::new(ConstScoreQuery::new(Box::new(tantivy::query::AllQuery), 1.0)),
            false => Box::new(BooleanQuery::new(musts)),
        };
        let hits = self.reader.searcher().search(&query, &Numbers).map_err(Problem::internal)?;
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        Ok(hits.into_iter().filter_map(|(number, score)| Some((known.entries.get(&number)?.clone(), score))).collect())
    }

    /// A word in the field where it is worth most.
    fn word(&self, word: &Word) -> Box<dyn Query> {
        let mut ways: Vec<Box<dyn Query>> = Vec::new();
        for (field, index) in word.fields().filter_map(|field| Some((field, *self.fields.get(&field)?))) {
            for likeness in Likeness::ALL {
                let worth = field.weight() * likeness.worth();
                if let Some(whole) = &word.whole {
                    ways.extend(at_most(index, whole, likeness).map(|query| scored(query, worth)));
                }
                let share = if word.whole.is_some() { APART } else { 1.0 };
                let parts: Option<Vec<_>> =
                    word.parts.iter().map(|part| Some((Occur::Must, at_most(index, part, likeness)?))).collect();
                ways.extend(parts.map(|parts| scored(Box::new(BooleanQuery::new(parts)), worth * share)));
            }
        }
        Box::new(DisjunctionMaxQuery::new(ways))
    }
}

fn scored(query: Box<dyn Query>, worth: f32) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(query, worth))
}

/// Documents that hold a word, or one that is no less like it than said.
fn at_most(field: schema::Field, word: &str, likeness: Likeness) -> Option<Box<dyn Query>> {
    let term = Term::from_field_text(field, word);
    let same: Box<dyn Query> = Box::new(TermQuery::new(term.clone(), IndexRecordOption::Basic));
    let mut ways = vec![(Occur::Should, same)];
    if likeness >= Likeness::Begins && words::may_begin(word) {
        ways.push((Occur::Should, Box::new(FuzzyTermQuery::new_prefix(term.clone(), 0, true))));
    }
    if likeness >= Likeness::Slip && words::slips(word) > 0 {
        ways.push((Occur::Should, Box::new(FuzzyTermQuery::new(term, words::slips(word), true))));
    }
    Some(Box::new(BooleanQuery::new(ways)))
}

/// Collects every hit's number and score.
struct Numbers;

struct SegmentNumbers {
    numbers: Column<u64>,
    hits: Vec<(u64, Score)>,
}

impl Collector for Numbers {
    type Fruit = Vec<(u64, Score)>;
    type Child = SegmentNumbers;

    fn for_segment(&self, _: u32, segment: &SegmentReader) -> tantivy::Result<SegmentNumbers> {
        Ok(SegmentNumbers { numbers: segment.fast_fields().u64(NUMBER)?, hits: Vec::new() })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(&self, segments: Vec<Vec<(u64, Score)>>) -> tantivy::Result<Vec<(u64, Score)>> {
        Ok(segments.concat())
    }
}

impl SegmentCollector for SegmentNumbers {
    type Fruit = Vec<(u64, Score)>;

    fn collect(&mut self, document: DocId, score: Score) {
        self.hits.extend(self.numbers.first(document).map(|number| (number, score)));
    }

    fn harvest(self) -> Vec<(u64, Score)> {
        self.hits
    }
}
