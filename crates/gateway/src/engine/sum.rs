//! A `sum` that does not wrap around: a total beyond its type fails, as other arithmetic does.
//!
//! Integers and decimals are added here; everything else is the engine's own `sum`.

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
    datatypes::{ArrowNumericType, DataType, Decimal128Type, DecimalType as _, FieldRef, Int64Type, UInt64Type},
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

fn is_checked(kind: &DataType) -> bool {
    matches!(kind, DataType::Int64 | DataType::UInt64 | DataType::Decimal128(..))
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
        match kind {
            DataType::Int64 => Ok(total::<Int64Type>(kind, values)),
            DataType::UInt64 => Ok(total::<UInt64Type>(kind, values)),
            DataType::Decimal128(..) => Ok(total::<Decimal128Type>(kind, values)),
            _ => self.inner.accumulator(args),
        }
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        if args.is_distinct {
            return not_impl_err!("DISTINCT is not offered for window functions");
        }
        if is_checked(args.return_field.data_type()) {
            return self.accumulator(args);
        }
        self.inner.create_sliding_accumulator(args)
    }

    fn create_groups_accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn GroupsAccumulator>> {
        match args.return_field.data_type() {
            kind @ DataType::Int64 => Ok(Box::new(Groups::of::<Int64Type>(kind))),
            kind @ DataType::UInt64 => Ok(Box::new(Groups::of::<UInt64Type>(kind))),
            kind @ DataType::Decimal128(..) => Ok(Box::new(Groups::of::<Decimal128Type>(kind))),
            _ => self.inner.create_groups_accumulator(args),
        }
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

/// What can be added up here.
trait Summed: ArrowNumericType + Debug + Send + Sync {
    /// Whether a total has no more digits than its type: the bits may have room for more.
    fn fits(_total: Self::Native, _kind: &DataType) -> bool {
        true
    }
}

impl Summed for Int64Type {}
impl Summed for UInt64Type {}
impl Summed for Decimal128Type {
    fn fits(total: i128, kind: &DataType) -> bool {
        match kind {
            DataType::Decimal128(precision, _) => Self::is_valid_decimal_precision(total, *precision),
            _ => true,
        }
    }
}

fn overflow() -> DataFusionError {
    ArrowError::ArithmeticOverflow("the sum is out of range of its type".to_owned()).into()
}

/// One total, also of a window that slides.
#[derive(Debug)]
struct Total<T: Summed> {
    total: T::Native,
    /// How many values are in it.
    values: usize,
    kind: DataType,
}

impl<T: Summed> Total<T> {
    fn new(kind: DataType) -> Self {
        Self { total: T::default_value(), values: 0, kind }
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
fn added<T: Summed>(values: &[ArrayRef]) -> Result<(T::Native, usize)> {
    let Some(values) = values.first().and_then(|values| values.as_primitive_opt::<T>()) else {
        return internal_err!("a sum of values of another type");
    };
    let sum = sum_checked(values).map_err(|_| overflow())?;
    Ok((sum.unwrap_or_default(), values.len() - values.null_count()))
}

impl<T: Summed> Accumulator for Total<T> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let (sum, many) = added::<T>(values)?;
        self.total = self.total.add_checked(sum).map_err(|_| overflow())?;
        self.values += many;
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.update_batch(states)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let (sum, many) = added::<T>(values)?;
        self.total = self.total.sub_checked(sum).map_err(|_| overflow())?;
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
        let total = (self.values > 0).then_some(self.total);
        if total.is_some_and(|total| !T::fits(total, &self.kind)) {
            return Err(overflow());
        }
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
    totals.as_primitive_opt::<T>().is_some_and(|totals| totals.iter().flatten().all(|total| T::fits(total, kind)))
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
