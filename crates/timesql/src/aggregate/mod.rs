//! Aggregate functions: what they take, and what they gather for each group.

mod collect;
mod distinct;
mod extreme;
mod moments;
mod number;
mod percentile;

use std::ops::Range;

use crate::column::Column;
use crate::error::Failure;
use crate::types::Type;
use crate::value::Value;

/// What one call of an aggregate function gathers, group by group.
pub(crate) trait Gather {
    /// Makes room for that many groups in all.
    fn grow(&mut self, groups: usize);

    /// Adds rows to a group; answers about how many bytes more are held.
    fn add(
        &mut self,
        group: usize,
        arguments: &[Column<'_>],
        rows: Range<usize>,
    ) -> Result<usize, Failure>;

    /// The value of a group so far.
    fn value(&self, group: usize) -> Result<Value, Failure>;
}

/// An aggregate function: what it keeps of a group, and how it gathers that.
trait Fold {
    /// Of a group that has no rows by default.
    type State: Clone + Default;

    /// Adds rows; answers about how many bytes more are held.
    fn add(
        &self,
        state: &mut Self::State,
        arguments: &[Column<'_>],
        rows: Range<usize>,
    ) -> Result<usize, Failure>;

    fn value(&self, state: &Self::State) -> Result<Value, Failure>;
}

struct ByGroup<F: Fold> {
    fold: F,
    states: Vec<F::State>,
}

impl<F: Fold> Gather for ByGroup<F> {
    fn grow(&mut self, groups: usize) {
        self.states.resize(groups, F::State::default());
    }

    fn add(
        &mut self,
        group: usize,
        arguments: &[Column<'_>],
        rows: Range<usize>,
    ) -> Result<usize, Failure> {
        self.fold.add(&mut self.states[group], arguments, rows)
    }

    fn value(&self, group: usize) -> Result<Value, Failure> {
        self.fold.value(&self.states[group])
    }
}

fn by_group(fold: impl Fold + 'static) -> Box<dyn Gather> {
    Box::new(ByGroup { fold, states: Vec::new() })
}

/// An aggregate function for arguments of some types.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    CountAll,
    Count,
    CountIf,
    SumWhole,
    SumDouble,
    Average,
    GeometricMean,
    Least,
    Greatest,
    LeastMany,
    GreatestMany,
    LeastBy,
    GreatestBy,
    LeastManyBy,
    GreatestManyBy,
    Any,
    ArrayAgg,
    AllTrue,
    SomeTrue,
    Variance { of_sample: bool, root: bool },
    Skewness,
    Kurtosis,
    Pairs(Pairs),
    ApproxDistinct,
    Percentile,
    Percentiles,
    Series,
}

/// Functions of pairs of numbers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Pairs {
    CovariancePopulation,
    CovarianceSample,
    Correlation,
    Slope,
    Intercept,
}

/// A function that was found: what its arguments become, and its result.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Found {
    pub(crate) kind: Kind,
    pub(crate) parameters: Vec<Type>,
    pub(crate) of: Type,
}

const NAMES: &[&str] = &[
    "count",
    "count_if",
    "sum",
    "avg",
    "geometric_mean",
    "min",
    "max",
    "min_by",
    "max_by",
    "arbitrary",
    "any_value",
    "array_agg",
    "bool_and",
    "bool_or",
    "every",
    "stddev",
    "stddev_pop",
    "stddev_samp",
    "variance",
    "var_pop",
    "var_samp",
    "skewness",
    "kurtosis",
    "covar_pop",
    "covar_samp",
    "corr",
    "regr_slope",
    "regr_intercept",
    "approx_distinct",
    "approx_percentile",
    "create_time_series",
];

pub(crate) fn is_aggregate(name: &str) -> bool {
    NAMES.contains(&name)
}

/// The function of a name for arguments of these types; none if it takes others.
pub(crate) fn find(name: &str, given: &[Type]) -> Option<Found> {
    let found = |kind, parameters: &[Type], of: Type| {
        let fits = parameters.len() == given.len()
            && given.iter().zip(parameters).all(|(given, wanted)| given.becomes(wanted));
        fits.then(|| Found { kind, parameters: parameters.to_vec(), of })
    };
    let variance =
        |of_sample, root| found(Kind::Variance { of_sample, root }, &[Type::Double], Type::Double);
    let pairs = |kind| found(Kind::Pairs(kind), &[Type::Double, Type::Double], Type::Double);
    let orderable = given.iter().all(Type::is_orderable);
    match (name, given) {
        ("count", []) => found(Kind::CountAll, &[], Type::BigInt),
        ("count", [_]) => found(Kind::Count, given, Type::BigInt),
        ("count_if", _) => found(Kind::CountIf, &[Type::Boolean], Type::BigInt),
        ("sum", [Type::Integer | Type::BigInt]) => {
            found(Kind::SumWhole, &[Type::BigInt], Type::BigInt)
        }
        ("sum", [Type::DayToSecond | Type::YearToMonth]) => {
            found(Kind::SumWhole, given, given[0].clone())
        }
        ("sum", _) => found(Kind::SumDouble, &[Type::Double], Type::Double),
        ("avg", _) => found(Kind::Average, &[Type::Double], Type::Double),
        ("geometric_mean", _) => found(Kind::GeometricMean, &[Type::Double], Type::Double),
        ("min", [of]) if orderable => found(Kind::Least, given, of.clone()),
        ("max", [of]) if orderable => found(Kind::Greatest, given, of.clone()),
        ("min", [of, count]) if orderable && count.is_whole() => {
            found(Kind::LeastMany, &[of.clone(), Type::BigInt], Type::array(of.clone()))
        }
        ("max", [of, count]) if orderable && count.is_whole() => {
            found(Kind::GreatestMany, &[of.clone(), Type::BigInt], Type::array(of.clone()))
        }
        ("min_by", [of, by]) if by.is_orderable() => found(Kind::LeastBy, given, of.clone()),
        ("max_by", [of, by]) if by.is_orderable() => found(Kind::GreatestBy, given, of.clone()),
        ("min_by", [of, by, count]) if by.is_orderable() && count.is_whole() => found(
            Kind::LeastManyBy,
            &[of.clone(), by.clone(), Type::BigInt],
            Type::array(of.clone()),
        ),
        ("max_by", [of, by, count]) if by.is_orderable() && count.is_whole() => found(
            Kind::GreatestManyBy,
            &[of.clone(), by.clone(), Type::BigInt],
            Type::array(of.clone()),
        ),
        ("arbitrary" | "any_value", [of]) => found(Kind::Any, given, of.clone()),
        ("array_agg", [of]) => found(Kind::ArrayAgg, given, Type::array(of.clone())),
        ("bool_and" | "every", _) => found(Kind::AllTrue, &[Type::Boolean], Type::Boolean),
        ("bool_or", _) => found(Kind::SomeTrue, &[Type::Boolean], Type::Boolean),
        ("stddev" | "stddev_samp", _) => variance(true, true),
        ("stddev_pop", _) => variance(false, true),
        ("variance" | "var_samp", _) => variance(true, false),
        ("var_pop", _) => variance(false, false),
        ("skewness", _) => found(Kind::Skewness, &[Type::Double], Type::Double),
        ("kurtosis", _) => found(Kind::Kurtosis, &[Type::Double], Type::Double),
        ("covar_pop", _) => pairs(Pairs::CovariancePopulation),
        ("covar_samp", _) => pairs(Pairs::CovarianceSample),
        ("corr", _) => pairs(Pairs::Correlation),
        ("regr_slope", _) => pairs(Pairs::Slope),
        ("regr_intercept", _) => pairs(Pairs::Intercept),
        ("approx_distinct", [_]) => found(Kind::ApproxDistinct, given, Type::BigInt),
        ("approx_distinct", [of, _]) => {
            found(Kind::ApproxDistinct, &[of.clone(), Type::Double], Type::BigInt)
        }
        ("approx_percentile", [of, share]) => percentile(of, share),
        ("create_time_series", [_, of]) => {
            found(Kind::Series, &[Type::Timestamp, of.clone()], Type::series(of.clone()))
        }
        _ => None,
    }
}

fn percentile(of: &Type, share: &Type) -> Option<Found> {
    if !of.is_number() {
        return None;
    }
    let shares = Type::array(Type::Double);
    if share.becomes(&Type::Double) {
        let parameters = vec![of.clone(), Type::Double];
        return Some(Found { kind: Kind::Percentile, parameters, of: of.clone() });
    }
    let parameters = vec![of.clone(), shares.clone()];
    let of = Type::array(of.clone());
    share.becomes(&shares).then_some(Found { kind: Kind::Percentiles, parameters, of })
}

/// What gathers for a function whose first argument is of a type.
pub(crate) fn gather(kind: Kind, of: &Type, order: Vec<(bool, bool)>) -> Box<dyn Gather> {
    let is_whole = !matches!(of, Type::Double);
    match kind {
        Kind::CountAll => by_group(number::CountAll),
        Kind::Count => by_group(number::Count),
        Kind::CountIf => by_group(number::CountIf),
        Kind::SumWhole => by_group(number::SumWhole),
        Kind::SumDouble => by_group(number::Sum { shown: number::Shown::Sum }),
        Kind::Average => by_group(number::Sum { shown: number::Shown::Mean }),
        Kind::GeometricMean => by_group(number::GeometricMean),
        Kind::Least => by_group(extreme::Extreme { greatest: false }),
        Kind::Greatest => by_group(extreme::Extreme { greatest: true }),
        Kind::LeastBy => by_group(extreme::ExtremeBy { greatest: false }),
        Kind::GreatestBy => by_group(extreme::ExtremeBy { greatest: true }),
        Kind::LeastMany => by_group(extreme::Many { greatest: false, has_by: false }),
        Kind::GreatestMany => by_group(extreme::Many { greatest: true, has_by: false }),
        Kind::LeastManyBy => by_group(extreme::Many { greatest: false, has_by: true }),
        Kind::GreatestManyBy => by_group(extreme::Many { greatest: true, has_by: true }),
        Kind::Any => by_group(collect::First),
        Kind::ArrayAgg => by_group(collect::Array { order }),
        Kind::AllTrue => by_group(collect::Truth { decisive: false }),
        Kind::SomeTrue => by_group(collect::Truth { decisive: true }),
        Kind::Variance { .. } | Kind::Skewness | Kind::Kurtosis => {
            by_group(moments::Moments { kind })
        }
        Kind::Pairs(kind) => by_group(moments::PairMoments { kind }),
        Kind::ApproxDistinct => by_group(distinct::Distinct),
        Kind::Percentile | Kind::Percentiles => by_group(percentile::Percentile { is_whole }),
        Kind::Series => by_group(collect::Series),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_for_some_arguments() {
        let arguments = [
            vec![Type::Double],
            vec![Type::Boolean],
            vec![Type::Double, Type::Double],
            vec![Type::Timestamp, Type::Double],
        ];
        for name in NAMES {
            assert!(arguments.iter().any(|given| find(name, given).is_some()), "{name}");
        }
    }
}
