//! What a stack gives: its outputs, and what others may import.

use std::sync::Arc;

use stacks::{Export, OutputValue, Stack, StacksError};
use templates::{Scope, Template};

use crate::cloudformation::reconcile::Stopped;
use crate::cloudformation::world::{Known, pseudo};
use crate::state::State;

pub(crate) async fn outputs(state: &Arc<State>, stack: &Stack) -> Result<Stack, Stopped> {
    let (outputs, exports, imports) = said(state, stack)?;
    match state.stacks.trade(&stack.id, exports, imports).await {
        Ok(()) => Ok(Stack { outputs, ..stack.clone() }),
        Err(StacksError::Store(error)) => Err(Stopped::Store(error.into())),
        Err(StacksError::Overtaken) => Err(Stopped::Overtaken),
        Err(error) => Err(Stopped::Failed(error.to_string())),
    }
}

#[expect(
    clippy::type_complexity,
    reason = "all three are used where they are asked for, and only there"
)]
fn said(
    state: &State,
    stack: &Stack,
) -> Result<(Vec<OutputValue>, Vec<Export>, Vec<String>), Stopped> {
    let template = Template::parse(&stack.aim.template)?;
    let (pseudo, values) = (pseudo(state, stack), stack.aim.values());
    let resources = state.stacks.resources(&stack.id)?;
    let world = Known { stacks: &state.stacks, resources: &resources };
    let scope = Scope::new(&template, &pseudo, &values);
    let (mut outputs, mut exports) = (Vec::new(), Vec::new());
    for (key, output, value, export_name) in scope.outputs(&world)? {
        exports.extend(export_name.clone().map(|name| Export {
            name,
            value: value.clone(),
            stack_id: stack.id.clone(),
        }));
        let (key, description) = (key.to_owned(), output.description.clone());
        outputs.push(OutputValue { key, value, description, export_name });
    }
    Ok((outputs, exports, scope.imports(&world)?.into_iter().collect()))
}
