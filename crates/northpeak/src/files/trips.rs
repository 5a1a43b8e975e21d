//! `claims/telematics/trips-WEEK.parquet`: how insured cars are driven, a file for each week.

use std::{io, path::Path, sync::Arc};

use arrow::{
    array::{ArrayRef, Float64Builder, Int32Builder, Int64Builder, StringBuilder, TimestampMicrosecondBuilder},
    datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit},
    record_batch::RecordBatch,
};
use jiff::{
    civil::{DateTime, date},
    tz::TimeZone,
};
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, ZstdLevel},
    file::properties::WriterProperties,
};

use crate::{
    dice::{Dice, Subject},
    moment::{at, day_after},
    output::Output,
    truth::TripTruth,
    world::{Policy, World, policy_no},
};

/// How many weeks are delivered.
pub(crate) const WEEKS: u64 = 6;
/// Rows of a batch, and of a row group.
const BATCH: usize = 1 << 15;
const GROUP: usize = 1 << 18;
/// A trip is sent again, or has a distance that cannot be, once in so many.
const REPEATED: u64 = 211;
const NEGATIVE: u64 = 1_999;

/// Writes one week; weeks are independent of one another.
pub(crate) fn write(world: &World, folder: &Path, week: u64) -> io::Result<TripTruth> {
    let monday = day_after(date(2026, 5, 18), 7 * week);
    let output = Output::create(&folder.join("claims/telematics"), &format!("trips-{monday}.parquet"))?;
    let mut file = File::new(output)?;
    let mut truth = TripTruth::default();
    for index in 0..world.policyholders {
        let holder = world.customer(index);
        for place in 0..world.holdings(index) {
            let policy = world.policy(&holder, place);
            if policy.telematics {
                trips(world, &policy, week, &mut file, &mut truth)?;
            }
        }
    }
    truth.rows = truth.distinct + truth.repeated + truth.negative_km;
    file.finish()?;
    Ok(truth)
}

fn trips(world: &World, policy: &Policy, week: u64, file: &mut File, truth: &mut TripTruth) -> io::Result<()> {
    let mut dice = Dice::of(world.seed, Subject::Trips, policy.id * WEEKS + week);
    let number = policy_no(policy.id);
    let monday = day_after(date(2026, 5, 18), 7 * week);
    // Who brakes hard does so on every trip.
    let habit = if policy.planted { 6 } else { Dice::of(world.seed, Subject::Trips, policy.id).below(4) };
    for place in 0..dice.below(11) {
        let id = (policy.id * WEEKS + week) * 11 + place;
        let km = (5 + dice.below(800)) as f64 / 10.0;
        let trip = Trip {
            id,
            started: at(monday, dice.below(7 * 86_400)),
            km: if id % NEGATIVE == 9 { -km } else { km },
            harsh_brakes: i32::try_from(dice.below(habit + 1)).unwrap_or_default(),
            night_share: dice.below(101) as f64 / 100.0,
        };
        file.put(&number, &trip)?;
        if trip.km < 0.0 {
            truth.negative_km += 1;
            continue;
        }
        truth.distinct += 1;
        if id % REPEATED == 17 {
            file.put(&number, &trip)?;
            truth.repeated += 1;
        }
    }
    Ok(())
}

struct Trip {
    id: u64,
    started: DateTime,
    km: f64,
    harsh_brakes: i32,
    night_share: f64,
}

struct File {
    schema: SchemaRef,
    writer: ArrowWriter<Output>,
    ids: Int64Builder,
    policies: StringBuilder,
    started: TimestampMicrosecondBuilder,
    km: Float64Builder,
    brakes: Int32Builder,
    night: Float64Builder,
    rows: usize,
}

impl File {
    fn new(output: Output) -> io::Result<Self> {
        let schema: SchemaRef = Arc::new(Schema::new(vec![
            Field::new("trip_id", DataType::Int64, false),
            Field::new("policy_no", DataType::Utf8, false),
            Field::new("started_at", DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())), false),
            Field::new("km", DataType::Float64, false),
            Field::new("harsh_brakes", DataType::Int32, false),
            Field::new("night_share", DataType::Float64, false),
        ]));
        let level = ZstdLevel::try_new(1).map_err(io::Error::other)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(level))
            .set_max_row_group_row_count(Some(GROUP))
            .build();
        let writer = ArrowWriter::try_new(output, Arc::clone(&schema), Some(properties)).map_err(io::Error::other)?;
        Ok(Self {
            schema,
            writer,
            ids: Int64Builder::new(),
            policies: StringBuilder::new(),
            started: TimestampMicrosecondBuilder::new(),
            km: Float64Builder::new(),
            brakes: Int32Builder::new(),
            night: Float64Builder::new(),
            rows: 0,
        })
    }

    fn put(&mut self, policy: &str, trip: &Trip) -> io::Result<()> {
        let started = trip.started.to_zoned(TimeZone::UTC).map_err(io::Error::other)?;
        self.ids.append_value(i64::try_from(trip.id).map_err(io::Error::other)?);
        self.policies.append_value(policy);
        self.started.append_value(started.timestamp().as_microsecond());
        self.km.append_value(trip.km);
        self.brakes.append_value(trip.harsh_brakes);
        self.night.append_value(trip.night_share);
        self.rows += 1;
        if self.rows == BATCH { self.hand_over() } else { Ok(()) }
    }

    fn hand_over(&mut self) -> io::Result<()> {
        self.rows = 0;
        let columns: Vec<ArrayRef> = vec![
            Arc::new(self.ids.finish()),
            Arc::new(self.policies.finish()),
            Arc::new(self.started.finish().with_timezone("UTC")),
            Arc::new(self.km.finish()),
            Arc::new(self.brakes.finish()),
            Arc::new(self.night.finish()),
        ];
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns).map_err(io::Error::other)?;
        self.writer.write(&batch).map_err(io::Error::other)
    }

    fn finish(mut self) -> io::Result<()> {
        self.hand_over()?;
        self.writer.into_inner().map_err(io::Error::other)?.finish()
    }
}
