//! Oracle TWIN: two worlds that look the same to a reader answer the same, byte for byte.
//!
//! They differ in hidden rows, in their number and their partitions, in raw values behind every kind of mask, in a denied
//! column, and in whether a hidden product exists. One thread, so that nothing but the worlds can make a difference.

use arrow::{
    ipc::{reader::StreamReader, writer::StreamWriter},
    util::display::{ArrayFormatter, FormatOptions},
};
use futures::StreamExt as _;
use gateway::Limits;
use model::Problem;

use crate::{
    door::{ana, eve, run},
    f1::{F1, World, new_year},
    oracle::{Dice, Statement, Words, count, seeds, shrink},
    slt::Login,
};

/// Statements for each seed in every run of the tests.
const STATEMENTS: usize = 600;

/// How often a difference is asked for again before it counts.
const AGAIN: usize = 8;

const FIXED: &[&str] = &[
    "SELECT * FROM customer.customer_master.customers ORDER BY customer_id",
    "SELECT * FROM customer.customer_master.customers",
    "SELECT count(*), count(income), sum(income) FROM customer.customer_master.customers",
    "SELECT customer_id FROM customer.customer_master.customers WHERE birth_date BETWEEN DATE '1990-06-01' AND DATE '1990-06-30'",
    "SELECT min(birth_date), max(birth_date), count(DISTINCT birth_date) FROM customer.customer_master.customers",
    "SELECT customer_id FROM customer.customer_master.customers WHERE 1/(customer_id - 777001) < 5 ORDER BY 1",
    "SELECT customer_id FROM customer.customer_master.customers WHERE 1/(customer_id - 999999) < 5 ORDER BY 1",
    "SELECT count(*) FROM (SELECT customer_id FROM customer.customer_master.customers LIMIT 100)",
    "EXPLAIN SELECT * FROM customer.customer_master.customers",
    "EXPLAIN SELECT customer_id FROM customer.customer_master.customers WHERE income > 5 ORDER BY 1 LIMIT 3",
];

#[test]
fn worlds_that_look_the_same_answer_the_same() {
    run(async {
        let twins = Twins::build().await;
        for login in [ana(), eve()] {
            for sql in FIXED.iter().copied().chain(Words::all().others) {
                assert_eq!(twins.tell(&login, sql).await, None, "{login:?}: {sql}");
            }
        }
    });
}

#[test]
fn generated_statements_tell_no_world_from_the_other() {
    run(async { told_apart(&Twins::build().await, &ana(), 20_261_123, STATEMENTS).await });
}

/// Where nothing but the row filter keeps hidden rows away.
#[test]
fn generated_statements_tell_no_mixed_world_from_the_other() {
    run(async {
        let twins = Twins::of(World::MIXED, World::MIXED_TWO).await;
        told_apart(&twins, &ana(), 20_261_123, STATEMENTS / 2).await;
    });
}

async fn told_apart(twins: &Twins, login: &Login, seed: u64, statements: usize) {
    let words = Words::all();
    for seed in seeds(&[seed]) {
        println!("TWIN: seed {seed}; `SEED={seed} TWIN={statements}` plays it again");
        let mut dice = Dice::new(seed);
        let (mut answered, all) = (0, count("TWIN", statements));
        for _ in 0..all {
            let statement = Statement::random(&mut dice, &words);
            match twins.both(login, &statement.to_string(), statement.is_set()).await {
                Ok(answer) => answered += usize::from(answer.is_ok()),
                Err(_) => {
                    let differs = async |one: &Statement| twins.both(login, &one.to_string(), one.is_set()).await.err();
                    let least = shrink(statement, async |smaller| differs(smaller).await.is_some()).await;
                    panic!("seed {seed}: {least}\n{}", differs(&least).await.unwrap_or_default());
                }
            }
        }
        println!("TWIN: {answered} of {all} statements had rows, the others were refused or failed");
        assert!(answered * 3 > all, "the generator mostly writes statements that fail: {answered} of {all}");
    }
}

/// S-03: two hundred statements that halve an interval learn the year of birth and nothing of an income.
#[test]
fn a_binary_search_learns_what_is_shown() {
    run(async {
        let twins = Twins::build().await;
        // Its income and the day of its birth differ between the worlds.
        let of = "FROM customer.customer_master.customers WHERE customer_id = 1002";
        let says = async |condition: String| {
            let sql = format!("SELECT count(*) AS n {of} AND {condition}");
            assert_eq!(twins.tell(&ana(), &sql).await, None, "{sql}");
            twins.one.try_ask(&ana(), &sql).await.unwrap().rows[0][0].as_deref() == Some("1")
        };
        let (mut low, mut high, mut asked) = (0_i64, 1 << 50, 0);
        while low < high {
            let middle = low + (high - low) / 2;
            asked += 2;
            assert!(!says(format!("income <= {middle}.00")).await, "no answer leans either way");
            if says(format!("income > {middle}.00")).await { low = middle + 1 } else { high = middle }
        }
        assert_eq!(low, 0, "the search ends where it would end for nobody");
        let (mut low, mut high) = (-40_000_i64, 40_000_i64);
        while low < high {
            let middle = low + (high - low) / 2;
            asked += 1;
            let day = format!("birth_date > DATE '1970-01-01' + INTERVAL '{middle} days'");
            if says(day).await { low = middle + 1 } else { high = middle }
        }
        assert_eq!(low, i64::from(new_year(1_952)), "1 January of the year that is shown");
        for number in asked..200 {
            let digit = number % 10;
            assert!(!says(format!("national_id LIKE 'EU-RAW-%{digit}'")).await);
            says(format!("birth_date = DATE '1952-02-{:02}'", 1 + number % 28)).await;
        }
    });
}

/// S-22: the rows that a restriction hides differ as well, in number and in value.
#[test]
fn generated_statements_tell_no_restricted_world_from_the_other() {
    run(async {
        let twins = Twins::of(World::RESTRICTED, World::RESTRICTED_TWO).await;
        let amy = Login { user: "amy".to_owned(), ..ana() };
        told_apart(&twins, &amy, 22, STATEMENTS / 4).await;
        let sue = Login { user: "sue".to_owned(), ..ana() };
        let all = "SELECT count(*) FROM customer.customer_master.customers";
        assert!(twins.tell(&sue, all).await.is_some(), "who sees more tells them apart");
    });
}

/// The oracle itself: whoever sees more than ana tells one world from the other.
#[test]
fn the_twins_tell_a_difference() {
    run(async {
        let twins = Twins::build().await;
        let una = crate::door::una();
        for column in ["full_name", "email", "income", "birth_date", "customer_id", "segment", "profile"] {
            let sql = format!("SELECT {column} FROM customer.customer_master.customers ORDER BY customer_id");
            assert!(twins.tell(&una, &sql).await.is_some(), "{column}");
        }
        let count = "SELECT count(*) FROM customer.customer_master.customers";
        assert!(twins.tell(&una, count).await.is_some());
        let set = format!("SELECT 1 UNION ALL {count}");
        assert!(twins.both(&una, &set, true).await.is_err(), "in whichever order");
        assert!(twins.both(&ana(), &set, true).await.is_ok());
    });
}

struct Twins {
    one: F1,
    two: F1,
}

impl Twins {
    async fn build() -> Self {
        Self::of(World::ONE, World::TWO).await
    }

    async fn of(one: World, two: World) -> Self {
        let limits = || Limits { threads: 1, seconds: 30, ..Limits::default() };
        let one = F1::build_with(one, limits()).await;
        let two = F1::build_with(two, limits()).await;
        Self { one, two }
    }

    /// What both worlds answer, or how their answers differ. The sides of a union run beside each other, and which row
    /// fails first or comes first is anybody's guess in either world; so what differs is asked again, and worlds that have
    /// an answer in common are not told from each other. Nor are those whose sides of a set come in another order each
    /// time: it says how long each took, which depends on hidden rows.
    async fn both(&self, login: &Login, sql: &str, is_set: bool) -> Result<Answered, String> {
        let (mut ones, mut twos) = (vec![], vec![]);
        for _ in 0..=AGAIN {
            ones.push(observed(&self.one, login, sql).await);
            twos.push(observed(&self.two, login, sql).await);
            if let Some(common) = ones.iter().find(|one| twos.contains(one)) {
                return Ok(common.clone());
            }
        }
        let same_rows = |one: &&Answered| {
            let one = one.as_ref().ok().map(|bytes| sorted(bytes));
            one.is_some() && twos.iter().any(|two| two.as_ref().ok().map(|bytes| sorted(bytes)) == one)
        };
        if is_set && let Some(common) = ones.iter().find(same_rows) {
            return Ok(common.clone());
        }
        let text = |answer: &Answered| match answer {
            Ok(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Err(problem) => problem.clone(),
        };
        Err(format!("one: {}\ntwo: {}", text(&ones[0]), text(&twos[0])))
    }

    /// How the answers of the worlds differ.
    async fn tell(&self, login: &Login, sql: &str) -> Option<String> {
        self.both(login, sql, false).await.err()
    }
}

/// The bytes of an answer, or what is told of a problem.
type Answered = Result<Vec<u8>, String>;

/// Everything that reaches a client: the Arrow stream to its last byte and the notices, or the whole problem.
async fn observed(world: &F1, login: &Login, sql: &str) -> Answered {
    match stream(world, login, sql).await {
        Ok(bytes) => Ok(without_records(bytes)),
        Err(problem) => Err(told(&problem)),
    }
}

/// The notices, the schema and the rows of an answer, in no order of their own.
fn sorted(bytes: &[u8]) -> Vec<String> {
    let begin = bytes.windows(4).position(|window| window == [0xff; 4]).unwrap();
    let reader = StreamReader::try_new(&bytes[begin..], None).unwrap();
    let mut lines = vec![];
    let head = format!("{} {:?}", String::from_utf8_lossy(&bytes[..begin]), reader.schema());
    for batch in reader {
        let batch = batch.unwrap();
        let options = FormatOptions::default().with_null("NULL");
        let columns = batch.columns().iter();
        let cells: Vec<_> = columns.map(|column| ArrayFormatter::try_new(column, &options).unwrap()).collect();
        let line = |row| cells.iter().map(|cell| cell.value(row).to_string()).collect::<Vec<_>>().join("|");
        lines.extend((0..batch.num_rows()).map(line));
    }
    lines.sort();
    lines.push(head);
    lines
}

/// What a door tells of a problem; its cause stays in the log.
fn told(problem: &Problem) -> String {
    let items: Vec<_> = problem.items().iter().map(told).collect();
    let (code, state, at) = (problem.code(), problem.sqlstate(), problem.location());
    format!("{code:?} {state} {:?} {:?} {at:?} {items:?}", problem.message(), problem.hint())
}

async fn stream(world: &F1, login: &Login, sql: &str) -> Result<Vec<u8>, Problem> {
    let session = world.session(login)?;
    let statements = world.gateway.parse(&session.principal, sql).await?;
    let mut answer = world.gateway.run(&session, &statements[0], &[]).await?;
    let mut writer = StreamWriter::try_new(format!("{:?}", answer.policies).into_bytes(), &answer.schema).unwrap();
    while let Some(batch) = answer.batches.next().await {
        writer.write(&batch?).unwrap();
    }
    Ok(writer.into_inner().unwrap())
}

/// Publications are numbered by record, and the hidden product has records of its own.
fn without_records(bytes: Vec<u8>) -> Vec<u8> {
    let mut kept = Vec::with_capacity(bytes.len());
    let mut rest = bytes.as_slice();
    while let Some(at) = rest.windows(4).position(|window| window == b"pub-") {
        kept.extend_from_slice(&rest[..at + 4]);
        rest = &rest[at + 4..];
        rest = &rest[rest.iter().take_while(|byte| byte.is_ascii_digit()).count()..];
    }
    kept.extend_from_slice(rest);
    kept
}
