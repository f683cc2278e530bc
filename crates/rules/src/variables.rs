//! What a statement's SET gave, kept for the templates of its actions.

use crate::value::Value;

#[derive(Clone, Debug, Default)]
pub struct Variables {
    values: Vec<(Box<str>, Value<'static>)>,
}

impl Variables {
    pub(crate) fn set(&mut self, name: &str, value: Value<'static>) {
        self.values.push((name.into(), value));
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Value<'static>> {
        self.values.iter().find(|(held, _)| **held == *name).map(|(_, value)| value)
    }
}
