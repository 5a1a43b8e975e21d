//! A `sum` that does not wrap around: a total beyond its type fails, as other arithmetic does.
//!
//! Integers, decimals and durations are added here; everything else is the engine's own `sum`.

use std::{
    fmt::Debug,
    marker::PhantomData,
    mem::size_of_val,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use arrow::{
    array::{Array as _, ArrayRef, ArrowNativeTypeOp, AsArray as _, BooleanArray},
    compute::sum_checked,
    datatypes::{
        ArrowNumericType, DataType, Decimal128Type, Decimal256Type, DecimalType as _, DurationMicrosecondType,
        DurationMillisecondType, DurationNanosecondType, DurationSecondType, FieldRef, Int64Type, TimeUnit, UInt64Type,
        i256,
    },
    error::ArrowError,
};
use datafusion::{
    common::{DataFusionError, Result, ScalarValue, internal_err, not_impl_err},
    logical_expr::{
        Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, EmitTo, GroupsAccumulator, ReversedUDAF,
        SetMonotonicity, Signature,
        function::{AccumulatorArgs, StateFieldsArgs},
        utils::AggregateOrderSensitivity,
    },
};
use datafusion_functions_aggregate_common::aggregate::groups_accumulator::prim_op::PrimitiveGroupsAccumulator;

/// The engine's function, checked.
#[derive(Debug, PartialEq, Eq, Hash)]
struct CheckedSum {
    inner: Arc<AggregateUDF>,
}

/// The function itself, or one that is checked if it is `sum`.
pub(super) fn wrap(function: Arc<AggregateUDF>) -> Arc<AggregateUDF> {
    if function.name() == "sum" {
        Arc::new(AggregateUDF::new_from_impl(CheckedSum { inner: function }))
    } else {
        function
    }
}

/// Does the same for each type that is added here; the second for all others.
macro_rules! by_type {
    ($kind:expr, $of:ident => $here:expr, $other:expr) => {
        match $kind {
            DataType::Int64 => {
                type $of = Int64Type;
                $here
            }
            DataType::UInt64 => {
                type $of = UInt64Type;
                $here
            }
            DataType::Decimal128(..) => {
                type $of = Decimal128Type;
                $here
            }
            DataType::Decimal256(..) => {
                type $of = Decimal256Type;
                $here
            }
            DataType::Duration(TimeUnit::Second) => {
                type $of = DurationSecondType;
                $here
            }
            DataType::Duration(TimeUnit::Millisecond) => {
                type $of = DurationMillisecondType;
                $here
            }
            DataType::Duration(TimeUnit::Microsecond) => {
                type $of = DurationMicrosecondType;
                $here
            }
            DataType::Duration(TimeUnit::Nanosecond) => {
                type $of = DurationNanosecondType;
                $here
            }
            _ => $other,
        }
    };
}

impl AggregateUDFImpl for CheckedSum {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn return_type(&self, kinds: &[DataType]) -> Result<DataType> {
        self.inner.return_type(kinds)
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        let kind = args.return_field.data_type().clone();
        let values = if args.is_distinct { Some(self.inner.accumulator(args.clone())?) } else { None };
        by_type!(kind, T => Ok(total::<T>(kind, values)), self.inner.accumulator(args))
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        if args.is_distinct {
            return not_impl_err!("DISTINCT is not offered for window functions");
        }
        let kind = args.return_field.data_type().clone();
        by_type!(kind, T => Ok(total::<T>(kind, None)), self.inner.create_sliding_accumulator(args))
    }

    fn create_groups_accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn GroupsAccumulator>> {
        let kind = args.return_field.data_type();
        by_type!(kind, T => Ok(Box::new(Groups::of::<T>(kind))), self.inner.create_groups_accumulator(args))
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs<'_>) -> bool {
        self.inner.groups_accumulator_supported(args)
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        self.inner.state_fields(args)
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn set_monotonicity(&self, kind: &DataType) -> SetMonotonicity {
        self.inner.inner().set_monotonicity(kind)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.inner.documentation()
    }
}

/// What can be added up here, and the type it is added up in: the order of values does not decide whether it fits.
trait Summed: ArrowNumericType + Debug + Send + Sync {
    type Wide: Copy + Debug + Default + Send + Sync;
    fn widen(value: Self::Native) -> Self::Wide;
    fn plus(one: Self::Wide, other: Self::Wide) -> Option<Self::Wide>;
    fn minus(one: Self::Wide, other: Self::Wide) -> Option<Self::Wide>;
    /// The total in its own type, if it fits; of a decimal also its digits, for the bits may have room for more.
    fn narrow(total: Self::Wide, kind: &DataType) -> Option<Self::Native>;
}

macro_rules! summed_as_i128 {
    ($($of:ty),*) => {$(
        impl Summed for $of {
            type Wide = i128;

            fn widen(value: Self::Native) -> i128 {
                i128::from(value)
            }

            fn plus(one: i128, other: i128) -> Option<i128> {
                one.checked_add(other)
            }

            fn minus(one: i128, other: i128) -> Option<i128> {
                one.checked_sub(other)
            }

            fn narrow(total: i128, _kind: &DataType) -> Option<Self::Native> {
                Self::Native::try_from(total).ok()
            }
        }
    )*};
}

summed_as_i128!(
    Int64Type,
    UInt64Type,
    DurationSecondType,
    DurationMillisecondType,
    DurationMicrosecondType,
    DurationNanosecondType
);

macro_rules! summed_as_i256 {
    ($of:ty, $widen:expr, $narrow:expr) => {
        impl Summed for $of {
            type Wide = i256;

            fn widen(value: Self::Native) -> i256 {
                $widen(value)
            }

            fn plus(one: i256, other: i256) -> Option<i256> {
                one.checked_add(other)
            }

            fn minus(one: i256, other: i256) -> Option<i256> {
                one.checked_sub(other)
            }

            fn narrow(total: i256, kind: &DataType) -> Option<Self::Native> {
                let digits = match kind {
                    DataType::Decimal128(digits, _) | DataType::Decimal256(digits, _) => *digits,
                    _ => Self::MAX_PRECISION,
                };
                $narrow(total).filter(|total| Self::is_valid_decimal_precision(*total, digits))
            }
        }
    };
}

summed_as_i256!(Decimal128Type, i256::from_i128, |total: i256| total.to_i128());
summed_as_i256!(Decimal256Type, |value| value, Some);

fn overflow() -> DataFusionError {
    ArrowError::ArithmeticOverflow("the sum is out of range of its type".to_owned()).into()
}

/// One total, also of a window that slides.
#[derive(Debug)]
struct Total<T: Summed> {
    total: T::Wide,
    /// How many values are in it.
    values: usize,
    kind: DataType,
}

impl<T: Summed> Total<T> {
    fn new(kind: DataType) -> Self {
        Self { total: T::Wide::default(), values: 0, kind }
    }
}

/// The accumulator of a total: of every value, or of those that differ as they are collected.
fn total<T: Summed>(kind: DataType, different: Option<Box<dyn Accumulator>>) -> Box<dyn Accumulator> {
    match different {
        None => Box::new(Total::<T>::new(kind)),
        Some(values) => Box::new(Distinct::<T> { values, kind, of: PhantomData }),
    }
}

/// The sum of a batch and how many values it is of.
fn added<T: Summed>(values: &[ArrayRef]) -> Result<(T::Wide, usize)> {
    let Some(values) = values.first().and_then(|values| values.as_primitive_opt::<T>()) else {
        return internal_err!("a sum of values of another type");
    };
    let sum = match sum_checked(values) {
        Ok(sum) => T::widen(sum.unwrap_or_default()),
        Err(_) => {
            let mut all = values.iter().flatten().map(T::widen);
            all.try_fold(T::Wide::default(), T::plus).ok_or_else(overflow)?
        }
    };
    Ok((sum, values.len() - values.null_count()))
}

impl<T: Summed> Accumulator for Total<T> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let (sum, many) = added::<T>(values)?;
        self.total = T::plus(self.total, sum).ok_or_else(overflow)?;
        self.values += many;
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.update_batch(states)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let (sum, many) = added::<T>(values)?;
        self.total = T::minus(self.total, sum).ok_or_else(overflow)?;
        self.values -= many;
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.evaluate()?])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let total = match self.values {
            0 => None,
            _ => Some(T::narrow(self.total, &self.kind).ok_or_else(overflow)?),
        };
        ScalarValue::new_primitive::<T>(total, &self.kind)
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }
}

/// The total of the different values: the engine collects them.
#[derive(Debug)]
struct Distinct<T: Summed> {
    values: Box<dyn Accumulator>,
    kind: DataType,
    of: PhantomData<T>,
}

impl<T: Summed> Accumulator for Distinct<T> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.values.update_batch(values)
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.values.merge_batch(states)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.values.state()
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let state = self.values.state()?;
        let [ScalarValue::List(values)] = state.as_slice() else {
            return internal_err!("the different values of a sum are a list");
        };
        let mut total = Total::<T>::new(self.kind.clone());
        total.update_batch(&[Arc::clone(values.values())])?;
        total.evaluate()
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.values.size()
    }
}

/// Totals by group: the engine's own accumulator over an addition that notes when it fails.
struct Groups {
    inner: Box<dyn GroupsAccumulator>,
    is_beyond: Arc<AtomicBool>,
    fits: fn(&ArrayRef) -> bool,
}

impl Groups {
    fn of<T: Summed>(kind: &DataType) -> Self {
        let is_beyond = Arc::new(AtomicBool::new(false));
        let noted = Arc::clone(&is_beyond);
        let add = move |total: &mut T::Native, value: T::Native| match total.add_checked(value) {
            Ok(sum) => *total = sum,
            Err(_) => noted.store(true, Ordering::Relaxed),
        };
        let inner = Box::new(PrimitiveGroupsAccumulator::<T, _>::new(kind, add));
        Self { inner, is_beyond, fits: all_fit::<T> }
    }

    fn check(&self) -> Result<()> {
        if self.is_beyond.load(Ordering::Relaxed) { Err(overflow()) } else { Ok(()) }
    }
}

fn all_fit<T: Summed>(totals: &ArrayRef) -> bool {
    let kind = totals.data_type();
    totals
        .as_primitive_opt::<T>()
        .is_some_and(|totals| totals.iter().flatten().all(|total| T::narrow(T::widen(total), kind).is_some()))
}

impl GroupsAccumulator for Groups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        self.inner.update_batch(values, groups, filter, total)?;
        self.check()
    }

    fn merge_batch(&mut self, states: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.inner.merge_batch(states, groups, total)?;
        self.check()
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let totals = self.inner.evaluate(emit_to)?;
        if (self.fits)(&totals) { Ok(totals) } else { Err(overflow()) }
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        self.inner.state(emit_to)
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        self.inner.convert_to_state(values, filter)
    }

    fn size(&self) -> usize {
        self.inner.size()
    }
}
