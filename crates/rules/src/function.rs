//! The table of functions. A new one is one row here and one function in `functions`.

use std::fmt;

use regex::Regex;

use crate::ast::Expression;
use crate::functions::{coding, collection, hash, math, message, pattern, text, time};
use crate::lookup::{self, Lookup};
use crate::nearest::closest;
use crate::scene::Scene;
use crate::value::Value;
use crate::version::Version;

/// What a function answers.
pub(crate) type Reply<'v> = Result<Value<'v>, Fault>;

/// Why a function has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// An argument is of a wrong type, or out of range: the result is Undefined.
    Undefined,
    /// The result would be larger than any that we make.
    TooLong,
}

/// How a function is run.
pub(crate) enum Run {
    /// With the values of its arguments.
    Values(for<'v> fn(&Scene<'v>, &[Value<'v>]) -> Reply<'v>),
    /// With its second argument as a regular expression.
    Pattern(for<'v> fn(&Scene<'v>, &Regex, &[Value<'v>]) -> Reply<'v>),
    /// With `*` as the bytes of the payload.
    Encode,
    /// With a failure of its first argument as Undefined.
    GetOrDefault,
    /// By asking outside; arguments that cannot be asked with make it Undefined.
    Lookup(fn(&[Value<'_>], Version) -> Option<Lookup>),
    Refused(&'static str),
}

type Check = fn(&Function, &[Expression]) -> Result<(), String>;

pub(crate) struct Function {
    pub(crate) name: &'static str,
    pub(crate) arguments_min: usize,
    pub(crate) arguments_max: usize,
    pub(crate) is_since_second: bool,
    pub(crate) run: Run,
    /// What must hold of the arguments as they are written.
    pub(crate) check: Option<Check>,
}

impl Function {
    const fn new(name: &'static str, least: usize, most: usize, run: Run) -> Function {
        Function {
            name,
            arguments_min: least,
            arguments_max: most,
            is_since_second: false,
            run,
            check: None,
        }
    }

    const fn since_second(self) -> Function {
        Function { is_since_second: true, ..self }
    }

    const fn checked(self, check: Check) -> Function {
        Function { check: Some(check), ..self }
    }

    pub(crate) fn takes(&self, count: usize) -> bool {
        (self.arguments_min..=self.arguments_max).contains(&count)
    }
}

impl PartialEq for Function {
    fn eq(&self, other: &Function) -> bool {
        self.name == other.name
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// More arguments than anyone writes.
const MANY: usize = 1_000;
const NO_MODEL: &str = "machinelearning_predict is not supported: \
    the service that it asks, Amazon Machine Learning, takes no new customers";

pub(crate) const FUNCTIONS: &[Function] = &[
    Function::new("abs", 1, 1, Run::Values(math::abs)),
    Function::new("accountid", 0, 0, Run::Values(message::account_id)),
    Function::new("acos", 1, 1, Run::Values(math::acos)),
    Function::new("asin", 1, 1, Run::Values(math::asin)),
    Function::new("atan", 1, 1, Run::Values(math::atan)),
    Function::new("atan2", 2, 2, Run::Values(math::atan2)),
    Function::new("aws_lambda", 2, 2, Run::Lookup(lookup::function)).checked(lookup::exactly),
    Function::new("bitand", 2, 2, Run::Values(math::bit_and)),
    Function::new("bitnot", 1, 1, Run::Values(math::bit_not)),
    Function::new("bitor", 2, 2, Run::Values(math::bit_or)),
    Function::new("bitxor", 2, 2, Run::Values(math::bit_xor)),
    Function::new("ceil", 1, 1, Run::Values(math::ceil)),
    Function::new("chr", 1, 1, Run::Values(text::chr)),
    Function::new("clientid", 0, 0, Run::Values(message::client_id)),
    Function::new("concat", 0, MANY, Run::Values(collection::concat)),
    Function::new("cos", 1, 1, Run::Values(math::cos)),
    Function::new("cosh", 1, 1, Run::Values(math::cosh)),
    Function::new("decode", 2, 2, Run::Values(coding::decode))
        .since_second()
        .checked(coding::check_decode),
    Function::new("encode", 2, 2, Run::Encode).since_second().checked(coding::check_encode),
    Function::new("endswith", 2, 2, Run::Values(text::ends_with)),
    Function::new("exp", 1, 1, Run::Values(math::exp)),
    Function::new("floor", 1, 1, Run::Values(math::floor)),
    Function::new("get", 2, 2, Run::Values(collection::get)),
    Function::new("get_dynamodb", 4, 6, Run::Lookup(lookup::table))
        .since_second()
        .checked(lookup::role_last),
    Function::new("get_mqtt_property", 1, 1, Run::Values(message::mqtt_property)),
    Function::new("get_or_default", 1, 2, Run::GetOrDefault).since_second(),
    Function::new("get_registry_data", 3, 3, Run::Lookup(lookup::registry))
        .since_second()
        .checked(lookup::check_registry),
    Function::new("get_secret", 3, 4, Run::Lookup(lookup::secret)).checked(lookup::check_secret),
    Function::new("get_thing_shadow", 2, 3, Run::Lookup(lookup::shadow))
        .since_second()
        .checked(lookup::role_last),
    Function::new("get_user_properties", 0, 1, Run::Values(message::user_properties)),
    Function::new("indexof", 2, 2, Run::Values(text::index_of)).since_second(),
    Function::new("isNull", 1, 1, Run::Values(collection::is_null)),
    Function::new("isUndefined", 1, 1, Run::Values(collection::is_undefined)).since_second(),
    Function::new("length", 1, 1, Run::Values(text::length)).since_second(),
    Function::new("ln", 1, 1, Run::Values(math::ln)),
    Function::new("log", 1, 1, Run::Values(math::log)),
    Function::new("lower", 1, 1, Run::Values(text::lower)),
    Function::new("lpad", 2, 2, Run::Values(text::pad_left)),
    Function::new("ltrim", 1, 1, Run::Values(text::trim_left)),
    Function::new("machinelearning_predict", 3, 3, Run::Refused(NO_MODEL)),
    Function::new("md2", 1, 1, Run::Values(hash::md2)),
    Function::new("md5", 1, 1, Run::Values(hash::md5)),
    Function::new("mod", 2, 2, Run::Values(math::remainder)),
    Function::new("nanvl", 2, 2, Run::Values(collection::nanvl)),
    Function::new("newuuid", 0, 0, Run::Values(message::new_uuid)),
    Function::new("numbytes", 1, 1, Run::Values(text::byte_length)).since_second(),
    Function::new("parse_time", 2, 3, Run::Values(time::parse_time)).since_second(),
    Function::new("power", 2, 2, Run::Values(math::power)),
    Function::new("principal", 0, 0, Run::Values(message::principal)),
    Function::new("rand", 0, 0, Run::Values(message::rand)),
    Function::new("regexp_matches", 2, 2, Run::Pattern(pattern::matches)),
    Function::new("regexp_replace", 3, 3, Run::Pattern(pattern::replace)),
    Function::new("regexp_substr", 2, 2, Run::Pattern(pattern::substring)),
    Function::new("remainder", 2, 2, Run::Values(math::remainder)),
    Function::new("replace", 3, 3, Run::Values(text::replace)),
    Function::new("round", 1, 1, Run::Values(math::round)),
    Function::new("rpad", 2, 2, Run::Values(text::pad_right)),
    Function::new("rtrim", 1, 1, Run::Values(text::trim_right)),
    Function::new("sha1", 1, 1, Run::Values(hash::sha1)),
    Function::new("sha224", 1, 1, Run::Values(hash::sha224)),
    Function::new("sha256", 1, 1, Run::Values(hash::sha256)),
    Function::new("sha384", 1, 1, Run::Values(hash::sha384)),
    Function::new("sha512", 1, 1, Run::Values(hash::sha512)),
    Function::new("sign", 1, 1, Run::Values(math::sign)),
    Function::new("sin", 1, 1, Run::Values(math::sin)),
    Function::new("sinh", 1, 1, Run::Values(math::sinh)),
    Function::new("sourceip", 0, 0, Run::Values(message::source_ip)),
    Function::new("sql_version", 0, 0, Run::Values(message::sql_version)),
    Function::new("sqrt", 1, 1, Run::Values(math::sqrt)),
    Function::new("startswith", 2, 2, Run::Values(text::starts_with)),
    Function::new("substring", 2, 3, Run::Values(text::substring)),
    Function::new("tan", 1, 1, Run::Values(math::tan)),
    Function::new("tanh", 1, 1, Run::Values(math::tanh)),
    Function::new("time_to_epoch", 2, 2, Run::Values(time::time_to_epoch)).since_second(),
    Function::new("timestamp", 0, 0, Run::Values(message::timestamp)),
    Function::new("topic", 0, 1, Run::Values(message::topic)),
    Function::new("traceid", 0, 0, Run::Values(message::trace_id)),
    Function::new("transform", 3, 3, Run::Values(collection::transform))
        .since_second()
        .checked(collection::check_transform),
    Function::new("trim", 1, 1, Run::Values(text::trim)),
    Function::new("trunc", 2, 2, Run::Values(math::trunc)),
    Function::new("upper", 1, 1, Run::Values(text::upper)),
];

/// The function of a name, in any case.
pub(crate) fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.name.eq_ignore_ascii_case(name))
}

/// The function that a misspelt name may have meant.
pub(crate) fn nearest(name: &str) -> Option<&'static str> {
    closest(&name.to_ascii_lowercase(), FUNCTIONS.iter().map(|function| function.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_in_order() {
        let names: Vec<String> =
            FUNCTIONS.iter().map(|function| function.name.to_ascii_lowercase()).collect();
        assert!(names.is_sorted_by(|one, two| one < two));
        assert_eq!(nearest("regexp_match"), Some("regexp_matches"));
        assert_eq!(nearest("quicksort"), None);
    }
}
