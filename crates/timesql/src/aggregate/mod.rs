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
        Kind::CountAll => Box::new(number::CountAll::default()),
        Kind::Count => Box::new(number::Count::default()),
        Kind::CountIf => Box::new(number::CountIf::default()),
        Kind::SumWhole => Box::new(number::SumWhole::default()),
        Kind::SumDouble => Box::new(number::Sum::of(number::Shown::Sum)),
        Kind::Average => Box::new(number::Sum::of(number::Shown::Mean)),
        Kind::GeometricMean => Box::new(number::GeometricMean::default()),
        Kind::Least => Box::new(extreme::Extreme::new(false)),
        Kind::Greatest => Box::new(extreme::Extreme::new(true)),
        Kind::LeastBy => Box::new(extreme::ExtremeBy::new(false)),
        Kind::GreatestBy => Box::new(extreme::ExtremeBy::new(true)),
        Kind::LeastMany => Box::new(extreme::Many::new(false, false)),
        Kind::GreatestMany => Box::new(extreme::Many::new(true, false)),
        Kind::LeastManyBy => Box::new(extreme::Many::new(false, true)),
        Kind::GreatestManyBy => Box::new(extreme::Many::new(true, true)),
        Kind::Any => Box::new(collect::First::default()),
        Kind::ArrayAgg => Box::new(collect::Array::new(order)),
        Kind::AllTrue => Box::new(collect::Truth::new(false)),
        Kind::SomeTrue => Box::new(collect::Truth::new(true)),
        Kind::Variance { .. } | Kind::Skewness | Kind::Kurtosis => {
            Box::new(moments::Moments::new(kind))
        }
        Kind::Pairs(pairs) => Box::new(moments::PairMoments::new(pairs)),
        Kind::ApproxDistinct => Box::new(distinct::Distinct::default()),
        Kind::Percentile => Box::new(percentile::Percentile::new(is_whole)),
        Kind::Percentiles => Box::new(percentile::Percentile::new(is_whole)),
        Kind::Series => Box::new(collect::Series::default()),
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
