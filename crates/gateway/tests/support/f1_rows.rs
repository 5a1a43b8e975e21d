//! The rows of fixture F1.

use std::sync::Arc;

use arrow::{
    array::{
        ArrayRef, Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray, StructArray,
        TimestampMicrosecondArray,
    },
    datatypes::{DataType, Field as ArrowField, Fields},
};

use super::World;

/// One customer as stored.
#[derive(Debug, Clone)]
pub struct Customer {
    pub id: i64,
    pub name: String,
    pub email: String,
    pub national_id: String,
    pub birth: i32,
    /// In hundredths.
    pub income: i128,
    pub notes: String,
    pub region: Option<&'static str>,
    pub segment: Option<&'static str>,
    pub updated: i64,
}

/// Days since the epoch of 1 January of a year.
pub fn new_year(year: i32) -> i32 {
    let leap = |y: i32| (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    if year >= 1970 {
        (1970..year).map(|y| if leap(y) { 366 } else { 365 }).sum()
    } else {
        -(year..1970).map(|y| if leap(y) { 366 } else { 365 }).sum::<i32>()
    }
}

/// The stored customers of a world: 40 EU, one canary and others US, one without a region.
pub fn people(world: World) -> Vec<Customer> {
    let mut all: Vec<Customer> = (1..=40)
        .map(|i| Customer {
            id: 1_000 + i,
            name: format!("Person {i}{}", world.tail),
            email: format!("p{i}{}@corp.example", world.tail),
            national_id: format!("EU-RAW-{}", 1_000 + i),
            birth: new_year(1_950 + (i % 30) as i32) + 10 + world.day,
            income: i128::from(2_000_000 + i * 1_111 + world.income),
            notes: (1_000 + i).to_string(),
            region: Some("EU"),
            segment: Some(if i % 5 == 0 { "vip" } else { "retail" }),
            updated: 1_780_000_000_000_000 + i * 1_000_000,
        })
        .collect();
    all[0].name = "Ada Lovell".to_owned();
    all[0].email = "ada.lovell@corp.example".to_owned();
    all[0].birth = new_year(1_990) + 165;
    all[0].income = 5_151_515;
    let hidden = |id: i64, region: Option<&'static str>| Customer {
        id,
        name: format!("Hidden {id}"),
        email: format!("h{id}@hidden.example"),
        national_id: format!("US-RAW-{id}"),
        birth: new_year(1_920),
        income: 42_424_242,
        notes: format!("{id}x"),
        region,
        segment: Some(if id % 2 == 0 { world.segment } else { "retail" }),
        updated: 1_780_000_000_000_000,
    };
    all.push(Customer {
        id: 777_001,
        name: "CANARYNAME7Q".to_owned(),
        email: "canary7q@canary.example".to_owned(),
        national_id: "CANARYNID4242".to_owned(),
        birth: new_year(1_913) + 71,
        notes: "31337x".to_owned(),
        ..hidden(777_001, Some("US"))
    });
    all.extend((1..=world.hidden).map(|i| hidden(2_000 + i, Some("US"))));
    all.push(hidden(3_001, None));
    if world.restricted {
        // Of APAC: four that may be seen, one that is restricted, one whose segment nobody knows.
        all.extend((1..=6).map(|i| Customer {
            segment: [Some("retail"), Some("retail"), Some("vip"), None, Some("gold"), Some("gold")][i as usize - 1],
            notes: if i == 3 || i == 4 { format!("{i}x") } else { i.to_string() },
            ..hidden(4_000 + i, Some("APAC"))
        }));
        // More that is restricted, differently in each world.
        all.extend((1..=world.hidden).map(|i| Customer { segment: Some("vip"), ..hidden(5_000 + i, Some("EU")) }));
    }
    if world.mixed {
        // What is hidden comes first, and is too long to be kept beside its length.
        all.reverse();
        for customer in all.iter_mut().filter(|customer| customer.region != Some("EU")) {
            customer.notes.push_str(" of a row that nobody sees");
        }
    }
    all
}

fn decimals(values: Vec<i128>) -> ArrayRef {
    Arc::new(Decimal128Array::from(values).with_precision_and_scale(12, 2).unwrap())
}

fn texts<T: AsRef<str>>(values: impl IntoIterator<Item = T>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

/// The customers as a batch.
pub fn customers(world: World) -> RecordBatch {
    let all = people(world);
    let nick = Fields::from(vec![ArrowField::new("nick", DataType::Utf8, true)]);
    let nicks = texts(all.iter().map(|c| format!("nick of {}", c.name)));
    let micros: TimestampMicrosecondArray = all.iter().map(|c| Some(c.updated)).collect();
    RecordBatch::try_from_iter_with_nullable([
        ("customer_id", Arc::new(Int64Array::from_iter_values(all.iter().map(|c| c.id))) as ArrayRef, true),
        ("full_name", texts(all.iter().map(|c| &c.name)), true),
        ("email", texts(all.iter().map(|c| &c.email)), true),
        ("national_id", texts(all.iter().map(|c| &c.national_id)), true),
        ("birth_date", Arc::new(Date32Array::from_iter_values(all.iter().map(|c| c.birth))), true),
        ("income", decimals(all.iter().map(|c| c.income).collect()), true),
        ("notes", texts(all.iter().map(|c| &c.notes)), true),
        ("region", Arc::new(all.iter().map(|c| c.region).collect::<StringArray>()), true),
        ("segment", Arc::new(all.iter().map(|c| c.segment).collect::<StringArray>()), true),
        ("updated_at", Arc::new(micros.with_timezone("UTC")), true),
        ("profile", Arc::new(StructArray::new(nick, vec![nicks], None)), true),
    ])
    .unwrap()
}

/// 60 claims of visible customers.
pub fn claims(world: World) -> RecordBatch {
    let ids = 1..=60_i64;
    RecordBatch::try_from_iter_with_nullable([
        ("claim_id", Arc::new(Int64Array::from_iter_values(ids.clone().map(|i| 5_000 + i))) as ArrayRef, true),
        ("customer_id", Arc::new(Int64Array::from_iter_values(ids.clone().map(|i| 1_001 + i * 7 % 40))), true),
        ("amount", decimals(ids.clone().map(|i| i128::from(i * 12_345 % 90_000)).collect()), true),
        ("fraud_score", Arc::new(Float64Array::from_iter_values(ids.clone().map(|i| (i % 10) as f64 / 10.0))), true),
        ("region", texts(ids.clone().map(|i| ["EU", "US", "APAC", "LATAM"][(i % 4) as usize])), true),
        ("adjuster_notes", texts(ids.map(|i| format!("ADJSECRET {i}{}", world.tail))), true),
    ])
    .unwrap()
}

/// 50 policies.
pub fn policies() -> RecordBatch {
    let ids = 1..=50_i64;
    RecordBatch::try_from_iter_with_nullable([
        ("policy_id", Arc::new(Int64Array::from_iter_values(ids.clone().map(|i| 9_000 + i))) as ArrayRef, true),
        ("customer_id", Arc::new(Int64Array::from_iter_values(ids.clone().map(|i| 1_001 + i % 40))), true),
        ("premium", decimals(ids.clone().map(|i| i128::from(10_000 + i * 99)).collect()), true),
        ("kind", texts(ids.map(|i| ["motor", "home", "life", "travel"][(i % 4) as usize])), true),
    ])
    .unwrap()
}

/// Two salaries.
pub fn salaries() -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable([
        ("employee", texts(["CANARYHR9", "somebody"]), true),
        ("salary", Arc::new(Int64Array::from(vec![1, 2])) as ArrayRef, true),
    ])
    .unwrap()
}
