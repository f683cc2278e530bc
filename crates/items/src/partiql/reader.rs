//! From the text of a statement to the statement.

use super::lexer::Token;
use super::parser::Parser;
use super::{Order, Returning, Search, Select, Statement, StatementError};
use crate::path::Path;
use crate::projection::Projection;
use crate::update::{Action, Source, Style, Update};
use crate::value::Value;

/// AWS's limit.
const STATEMENT_BYTES_MAX: usize = 8_192;

pub(super) fn read(text: &str, parameters: Vec<Value>) -> Result<Statement, StatementError> {
    if text.len() > STATEMENT_BYTES_MAX {
        let what = format!("it has {} bytes, more than {STATEMENT_BYTES_MAX}", text.len());
        return Err(StatementError::Malformed { what });
    }
    let mut parser = Parser::new(text, parameters)?;
    let statement = if parser.takes_word("SELECT") {
        Statement::Select(select(&mut parser)?)
    } else if parser.takes_word("INSERT") {
        insert(&mut parser)?
    } else if parser.takes_word("UPDATE") {
        update(&mut parser)?
    } else if parser.takes_word("DELETE") {
        delete(&mut parser)?
    } else {
        return Err(parser.unexpected());
    };
    parser.finish()?;
    Ok(statement)
}

fn select(parser: &mut Parser) -> Result<Select, StatementError> {
    let projection = projection(parser)?;
    parser.expect_word("FROM")?;
    let table = parser.name()?;
    let index = if parser.takes(".") { Some(parser.name()?) } else { None };
    let search = search(parser)?;
    let order = order(parser)?;
    for (word, what) in [("LIMIT", "LIMIT"), ("GROUP", "GROUP BY")] {
        if parser.is_word(word) {
            return Err(StatementError::Unsupported { what });
        }
    }
    Ok(Select { table, index, projection, search, order })
}

/// What comes before `FROM`.
fn projection(parser: &mut Parser) -> Result<Option<Projection>, StatementError> {
    if parser.takes("*") {
        return Ok(None);
    }
    let mut paths: Vec<Path> = vec![parser.path()?];
    while parser.takes(",") {
        paths.push(parser.path()?);
    }
    Ok(Some(Projection::new(&paths)))
}

fn search(parser: &mut Parser) -> Result<Option<Search>, StatementError> {
    if !parser.takes_word("WHERE") {
        return Ok(None);
    }
    Ok(Some(Search::new(parser.condition()?)))
}

fn wanted_search(parser: &mut Parser) -> Result<Search, StatementError> {
    search(parser)?.ok_or_else(|| StatementError::Malformed {
        what: "Where clause does not contain a mandatory equality on all key attributes".to_owned(),
    })
}

fn order(parser: &mut Parser) -> Result<Option<Order>, StatementError> {
    if !parser.takes_word("ORDER") {
        return Ok(None);
    }
    parser.expect_word("BY")?;
    let name = parser.name()?;
    let is_descending = parser.takes_word("DESC");
    if !is_descending {
        parser.takes_word("ASC");
    }
    if parser.takes(",") {
        return Err(StatementError::Unsupported { what: "ORDER BY of several attributes" });
    }
    Ok(Some(Order { name, is_descending }))
}

fn insert(parser: &mut Parser) -> Result<Statement, StatementError> {
    parser.expect_word("INTO")?;
    let table = parser.name()?;
    parser.expect_word("VALUE")?;
    let item = if *parser.token() == Token::Parameter {
        let Value::M(item) = parser.value()? else {
            let what = "the value of INSERT is no map".to_owned();
            return Err(StatementError::Malformed { what });
        };
        item
    } else {
        parser.map()?
    };
    Ok(Statement::Insert { table, item })
}

fn update(parser: &mut Parser) -> Result<Statement, StatementError> {
    let table = parser.name()?;
    let mut actions = Vec::new();
    loop {
        if parser.takes_word("SET") {
            actions.push(set(parser)?);
            while parser.takes(",") {
                actions.push(set(parser)?);
            }
        } else if parser.takes_word("REMOVE") {
            actions.push(Action::Remove(parser.path()?));
            while parser.takes(",") {
                actions.push(Action::Remove(parser.path()?));
            }
        } else {
            break;
        }
    }
    if actions.is_empty() {
        return Err(parser.unexpected());
    }
    check_distinct(&actions)?;
    let search = wanted_search(parser)?;
    let returning = returning(parser)?;
    let update = Update::new(actions, Style::Expression);
    Ok(Statement::Update { table, update, search, returning })
}

fn check_distinct(actions: &[Action]) -> Result<(), StatementError> {
    for (at, action) in actions.iter().enumerate() {
        if actions[..at].iter().any(|other| other.path().clash(action.path()).is_some()) {
            let what = format!("{} is changed twice", action.path());
            return Err(StatementError::Malformed { what });
        }
    }
    Ok(())
}

fn set(parser: &mut Parser) -> Result<Action, StatementError> {
    let path = parser.path()?;
    parser.expect("=")?;
    let left = source(parser)?;
    let of = if parser.takes("+") {
        Source::Plus
    } else if parser.takes("-") {
        Source::Minus
    } else {
        return Ok(match (left, &path) {
            // The set functions name the path that they change.
            (Changed::Add(of, value), path) if of == *path => Action::Add(of, value),
            (Changed::Delete(of, value), path) if of == *path => Action::Delete(of, value),
            (Changed::To(source), _) => Action::Set(path, source),
            _ => {
                let what = "set_add and set_delete change the attribute that they name";
                return Err(StatementError::Malformed { what: what.to_owned() });
            }
        });
    };
    match (left, source(parser)?) {
        (Changed::To(left), Changed::To(right)) => {
            Ok(Action::Set(path, of(Box::new([left, right]))))
        }
        _ => Err(parser.unexpected()),
    }
}

/// What stands behind `=`.
enum Changed {
    To(Source),
    Add(Path, Value),
    Delete(Path, Value),
}

fn source(parser: &mut Parser) -> Result<Changed, StatementError> {
    if let Some(value) = parser.try_value()? {
        return Ok(Changed::To(Source::Value(value)));
    }
    let path = parser.path()?;
    if !path.steps.is_empty() || !parser.takes("(") {
        return Ok(Changed::To(Source::Path(path)));
    }
    let changed = match path.name.to_ascii_lowercase().as_str() {
        "list_append" => {
            let first = operand(parser)?;
            parser.expect(",")?;
            Changed::To(Source::ListAppend(Box::new([first, operand(parser)?])))
        }
        "if_not_exists" => {
            let of = parser.path()?;
            parser.expect(",")?;
            Changed::To(Source::IfNotExists(of, Box::new(operand(parser)?)))
        }
        name @ ("set_add" | "set_delete") => {
            let of = parser.path()?;
            parser.expect(",")?;
            let value = parser.value()?;
            if name == "set_add" { Changed::Add(of, value) } else { Changed::Delete(of, value) }
        }
        other => {
            let what = format!("the function {other} is not known");
            return Err(StatementError::Malformed { what });
        }
    };
    parser.expect(")")?;
    Ok(changed)
}

fn operand(parser: &mut Parser) -> Result<Source, StatementError> {
    match source(parser)? {
        Changed::To(source) => Ok(source),
        _ => Err(parser.unexpected()),
    }
}

fn delete(parser: &mut Parser) -> Result<Statement, StatementError> {
    parser.expect_word("FROM")?;
    let table = parser.name()?;
    let search = wanted_search(parser)?;
    let returning = returning(parser)?;
    if !matches!(returning, Returning::Nothing | Returning::AllOld) {
        return Err(StatementError::Unsupported { what: "RETURNING of anything but ALL OLD *" });
    }
    Ok(Statement::Delete { table, search, returning })
}

fn returning(parser: &mut Parser) -> Result<Returning, StatementError> {
    if !parser.takes_word("RETURNING") {
        return Ok(Returning::Nothing);
    }
    let is_all = parser.takes_word("ALL");
    if !is_all {
        parser.expect_word("MODIFIED")?;
    }
    let is_old = parser.takes_word("OLD");
    if !is_old {
        parser.expect_word("NEW")?;
    }
    parser.expect("*")?;
    Ok(match (is_all, is_old) {
        (true, true) => Returning::AllOld,
        (true, false) => Returning::AllNew,
        (false, true) => Returning::ModifiedOld,
        (false, false) => Returning::ModifiedNew,
    })
}
