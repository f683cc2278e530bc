//! The host's Python and Node: where they are, and what they need to be read.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use blueprints::Runtime;
use tokio::sync::OnceCell;

/// What answers where it is and what belongs to it, a path in each line. What is found by its name may
/// be a script that looks for the real one each time, so the real one is asked for once.
const ASK_PYTHON: &[&str] =
    &["-c", "import sys; print(sys.executable, sys.prefix, sys.base_prefix, sep='\\n')"];
const ASK_NODE: &[&str] = &["-p", "process.execPath"];

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Interpreter {
    pub(crate) program: PathBuf,
    /// Where its library is.
    pub(crate) prefixes: Vec<PathBuf>,
}

/// The interpreters of a host, each looked for when it is first wanted.
#[derive(Debug)]
pub(crate) struct Interpreters {
    python_name: String,
    node_name: String,
    python: OnceCell<Interpreter>,
    node: OnceCell<Interpreter>,
}

impl Interpreters {
    pub(crate) fn new(python: &str, node: &str) -> Interpreters {
        Interpreters {
            python_name: python.to_owned(),
            node_name: node.to_owned(),
            python: OnceCell::new(),
            node: OnceCell::new(),
        }
    }

    /// The interpreter of a runtime that needs one, or what is missing.
    pub(crate) async fn of(&self, runtime: Runtime) -> Result<Option<&Interpreter>, String> {
        let (cell, name, ask, what) = match runtime {
            Runtime::Provided => return Ok(None),
            Runtime::Python => (&self.python, &self.python_name, ASK_PYTHON, "Python 3"),
            Runtime::Node => (&self.node, &self.node_name, ASK_NODE, "Node.js"),
        };
        let find = || async {
            let name = name.clone();
            let found = tokio::task::spawn_blocking(move || find(&name, ask)).await;
            found.ok().flatten().ok_or(())
        };
        let found = cell.get_or_try_init(find).await;
        found.map(Some).map_err(|()| {
            format!(
                "{name:?} was not found on this machine: install {what}, or name it in [functions]"
            )
        })
    }

    /// Those that were found so far: a function that brings its own bootstrap may use them as well.
    pub(crate) fn known(&self) -> impl Iterator<Item = &Interpreter> {
        self.python.get().into_iter().chain(self.node.get())
    }
}

fn find(name: &str, ask: &[&str]) -> Option<Interpreter> {
    let asked = Command::new(name).args(ask).stdin(Stdio::null()).stderr(Stdio::null()).output();
    let text = asked.ok().filter(|asked| asked.status.success())?.stdout;
    let text = String::from_utf8(text).ok()?;
    let mut paths = text.lines().map(PathBuf::from).filter(|path| path.is_absolute());
    let program = paths.next()?;
    let mut prefixes: Vec<PathBuf> = paths.collect();
    // What is a link is read where it leads to.
    let real = std::fs::canonicalize(&program).ok();
    for program in [Some(&program), real.as_ref()].into_iter().flatten() {
        prefixes.extend(program.parent().and_then(Path::parent).map(Path::to_owned));
    }
    prefixes.retain(|prefix| prefix != Path::new("/"));
    prefixes.sort();
    prefixes.dedup();
    Some(Interpreter { program, prefixes })
}
