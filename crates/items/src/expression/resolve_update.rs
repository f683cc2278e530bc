//! From the syntax of an update to the update.

use super::fault::Fault;
use super::resolve::{Gravity, Resolver};
use super::syntax::{self, Call, Section, SetValue, Syntax};
use crate::path::Path;
use crate::update::{Action, Source, Style, Update};
use crate::value::{Kind, Value};

const RESERVED: Gravity = (0, 0, 0);
const UNKNOWN: Gravity = (1, 0, 0);
const SECTION: Gravity = (2, 0, 0);
const NAME: Gravity = (3, 0, 0);
const VALUE: Gravity = (4, 0, 0);
const OVERLAP: Gravity = (5, 0, 0);
const CONFLICT: Gravity = (6, 0, 0);
const OPERATOR: Gravity = (7, 0, 0);
const FUNCTION: Gravity = (8, 0, 0);

pub(super) fn resolve(mut resolver: Resolver<'_>, sections: Vec<Section>) -> Result<Update, Fault> {
    let mut seen = Vec::new();
    let mut actions = Vec::new();
    for Section { name, actions: written } in sections {
        if seen.contains(&name) {
            resolver.note(SECTION, Fault::SectionTwice { name });
        }
        seen.push(name);
        for action in written {
            actions.push(resolve_action(&mut resolver, action));
        }
    }
    let paths: Vec<&Path> = actions.iter().map(Action::path).collect();
    resolver.distinct(&paths, OVERLAP, CONFLICT);
    resolver.finish(Update::new(actions, Style::Expression))
}

fn resolve_action(resolver: &mut Resolver<'_>, action: syntax::Action) -> Action {
    let mut path = |parts: &[syntax::Part]| resolver.path(parts, RESERVED, NAME);
    match action {
        syntax::Action::Set(parts, value) => {
            let path = path(&parts);
            Action::Set(path, set_value(resolver, value))
        }
        syntax::Action::Remove(parts) => Action::Remove(path(&parts)),
        syntax::Action::Add(parts, key) => {
            let path = path(&parts);
            let value = operator_value(resolver, "ADD", &key);
            Action::Add(path, value)
        }
        syntax::Action::Delete(parts, key) => {
            let path = path(&parts);
            let value = operator_value(resolver, "DELETE", &key);
            Action::Delete(path, value)
        }
    }
}

/// Both take sets, and `ADD` numbers.
fn operator_value(resolver: &mut Resolver<'_>, operator: &'static str, key: &str) -> Value {
    let value = resolver.value(key, VALUE);
    let kind = value.kind();
    let is_taken = kind.is_set() || (operator == "ADD" && kind == Kind::N);
    if !is_taken {
        let kind = long_name(kind).to_owned();
        resolver.note(OPERATOR, Fault::OperatorOperand { name: operator.to_owned(), kind });
    }
    value
}

/// Types as the two operators, and nobody else, call them.
fn long_name(kind: Kind) -> &'static str {
    match kind {
        Kind::S => "STRING",
        Kind::N => "NUMBER",
        Kind::B => "BINARY",
        Kind::Null => "NULL",
        Kind::Bool => "BOOLEAN",
        Kind::L => "LIST",
        Kind::M => "MAP",
        Kind::Ss | Kind::Ns | Kind::Bs => kind.as_str(),
    }
}

fn set_value(resolver: &mut Resolver<'_>, value: SetValue) -> Source {
    let (name, operands) = match value {
        SetValue::Operand(operand) => return source(resolver, operand),
        SetValue::Plus(operands) => ("+", operands),
        SetValue::Minus(operands) => ("-", operands),
    };
    let operands = operands.map(|operand| source(resolver, operand));
    check_kinds(resolver, name, &operands, Kind::N);
    let operands = Box::new(operands);
    if name == "+" { Source::Plus(operands) } else { Source::Minus(operands) }
}

fn source(resolver: &mut Resolver<'_>, syntax: Syntax) -> Source {
    match syntax {
        Syntax::Path(parts) => Source::Path(resolver.path(&parts, RESERVED, NAME)),
        Syntax::Value(key) => Source::Value(resolver.value(&key, VALUE)),
        Syntax::Redundant(inner) => source(resolver, *inner),
        Syntax::Call(call) => function(resolver, call),
        _ => unreachable!("the parser lets none through"),
    }
}

fn function(resolver: &mut Resolver<'_>, call: Call) -> Source {
    let Call { name, arguments } = call;
    let sources: Vec<Source> = arguments.into_iter().map(|it| source(resolver, it)).collect();
    if name != "if_not_exists" && name != "list_append" {
        resolver.note(UNKNOWN, Fault::UnknownFunction { name });
        return NOBODY_SEES;
    }
    let count = sources.len();
    let Ok(sources) = <[Source; 2]>::try_from(sources) else {
        resolver.note(FUNCTION, Fault::OperandCount { name, count });
        return NOBODY_SEES;
    };
    if name == "list_append" {
        check_kinds(resolver, &name, &sources, Kind::L);
        return Source::ListAppend(Box::new(sources));
    }
    match sources {
        [Source::Path(path), otherwise] => Source::IfNotExists(path, Box::new(otherwise)),
        _ => {
            resolver.note(FUNCTION, Fault::PathRequired { name });
            NOBODY_SEES
        }
    }
}

fn check_kinds(resolver: &mut Resolver<'_>, name: &str, sources: &[Source; 2], wanted: Kind) {
    for source in sources {
        if let Source::Value(value) = source
            && value.kind() != wanted
        {
            let (name, kind) = (name.to_owned(), value.kind().as_str().to_owned());
            resolver.note(FUNCTION, Fault::FunctionOperand { name, kind });
        }
    }
}

/// What stands where a fault was found: the whole is refused.
const NOBODY_SEES: Source = Source::Value(Value::Null);
