//! A worker: one process that has one invocation at a time.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::json;
use stdx::clock::{Clock, UnixMillis};
use tokio::net::unix::OwnedWriteHalf;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use crate::code_directories::CodeDirectory;
use crate::desk::{Answer, Desk, Job};
use crate::lines::Lines;
use crate::order::Ending;
use crate::processes::{self, Taken};
use crate::report::{self, Report};

/// How long a worker may take until it asks for its first invocation, beside the function's own time. AWS
/// stops there and begins anew; here the same process goes on.
const INIT_MAX: Duration = Duration::from_secs(10);

/// More processes and threads than AWS allows are the work of one who forks without end.
const PROCESSES_MAX: usize = 1024;

/// How old what is known of a worker's memory may be when it is reported.
const KNOWN_FOR: Duration = Duration::from_millis(500);

#[derive(Debug)]
pub(crate) struct Worker {
    pub(crate) memory_mb: u32,
    pub(crate) timeout_secs: u32,
    pub(crate) version: String,
    /// Before its credentials end.
    pub(crate) retire_at: UnixMillis,
    pub(crate) jobs: mpsc::Sender<Job>,
    pub(crate) desk: Arc<Desk>,
    pub(crate) lines: Arc<Lines>,
    pub(crate) fate: watch::Receiver<Fate>,
    /// Dropped, it ends the process and all that it began.
    pub(crate) control: Mutex<Option<OwnedWriteHalf>>,
    pub(crate) warden: i32,
    /// What talks with it ends with it.
    pub(crate) _serves: JoinSet<()>,
    pub(crate) clock: Clock,
    pub(crate) began: Instant,
    pub(crate) state: State,
    /// What it runs stays unpacked as long as it does.
    pub(crate) _code: Vec<Arc<CodeDirectory>>,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    has_begun: AtomicBool,
    is_frozen: AtomicBool,
    pub(crate) is_over: AtomicBool,
    peak_bytes: AtomicU64,
    looked: Mutex<Option<Instant>>,
}

/// What is known of the process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Starting,
    Runs { pid: i32 },
    Failed { what: String },
    Ended(Ending),
}

/// What came of an invocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) payload: Bytes,
    pub(crate) is_error: bool,
    pub(crate) tail: Option<String>,
    /// Whether the worker can have another one.
    pub(crate) is_reusable: bool,
}

/// An invocation for whichever worker gets it.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) request_id: String,
    pub(crate) payload: Bytes,
    pub(crate) arn: String,
    pub(crate) client_context: Option<String>,
    pub(crate) wants_tail: bool,
}

enum End {
    Answered(Answer),
    InitFailed(Bytes),
    TimedOut,
    Died(Ending),
}

impl Worker {
    /// Lets the worker do one invocation.
    pub(crate) async fn run(&self, call: Call) -> Run {
        self.thaw();
        let Call { request_id, payload, arn, client_context, wants_tail } = call;
        let (taken, was_taken) = oneshot::channel();
        let (answer, answered) = oneshot::channel();
        let timeout = Duration::from_secs(self.timeout_secs.into());
        let job = Job {
            request_id: request_id.clone(),
            payload,
            arn,
            client_context,
            trace_id: trace_id(self.clock.now()),
            timeout,
            taken,
            answer,
        };
        let is_cold = !self.state.has_begun.swap(true, Ordering::Relaxed);
        self.lines.begin(report::start(&request_id, &self.version), wants_tail);
        let since = if is_cold { self.began } else { Instant::now() };
        // There is room: a worker has one job at a time.
        self.jobs.try_send(job).ok();
        // Who has begun takes it at once, and its time counts from now on.
        let begun = match is_cold {
            true => self.wait(since + INIT_MAX + timeout, was_taken, None).await,
            false => None,
        };
        let (init, since) = match (&begun, is_cold) {
            (None, true) => (Some(since.elapsed()), Instant::now()),
            _ => (None, since),
        };
        let end = match begun {
            None => self.wait(since + timeout, answered, Some(End::Answered)).await,
            early => early,
        };
        let end = end.unwrap_or(End::Died(Ending::Exit(0)));
        let took = since.elapsed();
        let run = self.finish(&request_id, end, took, init);
        if !run.is_reusable {
            // Who reads what it writes may have come to the end already, and nobody else hands this on.
            self.lines.hand_on_all().await;
        }
        run
    }

    /// Waits for what the worker says; nothing if it said what needs no word.
    async fn wait<T>(
        &self,
        deadline: Instant,
        said: oneshot::Receiver<T>,
        word: Option<fn(T) -> End>,
    ) -> Option<End> {
        let mut fate = self.fate.clone();
        let ended = async {
            let ended = fate.wait_for(|fate| matches!(fate, Fate::Ended(_) | Fate::Failed { .. }));
            match ended.await.as_deref() {
                Ok(Fate::Ended(ending)) => *ending,
                // The warden is gone without a word.
                _ => Ending::Signal(Signal::KILL.as_raw()),
            }
        };
        let wait = async {
            tokio::select! {
                biased;
                said = said => match said {
                    Ok(said) => word.map(|word| word(said)),
                    Err(_) => Some(End::Died(Ending::Exit(0))),
                },
                () = self.desk.init_failed.notified() => {
                    Some(End::InitFailed(self.desk.take_init_error().unwrap_or_default()))
                }
                ending = ended => Some(match self.desk.take_init_error() {
                    Some(document) => End::InitFailed(document),
                    None => End::Died(ending),
                }),
            }
        };
        timeout_at(deadline, wait).await.unwrap_or(Some(End::TimedOut))
    }

    fn finish(&self, request_id: &str, end: End, took: Duration, init: Option<Duration>) -> Run {
        self.lines.drain();
        self.lines.end_line();
        let is_reusable =
            matches!(end, End::Answered(ref answer) if !matches!(answer, Answer::LastError(_)));
        if is_reusable {
            self.look_if_long_ago();
        } else {
            self.end();
        }
        let (payload, is_error, said) = self.told(request_id, end);
        if let Some(said) = said {
            self.lines.say(said);
        }
        self.lines.say(report::end(request_id));
        let report = Report {
            request_id,
            took: took.min(Duration::from_secs(self.timeout_secs.into())),
            init,
            memory_mb: self.memory_mb,
            peak_bytes: self.state.peak_bytes.load(Ordering::Relaxed),
        };
        self.lines.say(report.line());
        let tail = self.lines.take_tail();
        self.lines.hand_on_much();
        Run { payload, is_error, tail, is_reusable }
    }

    /// What the caller is told, and the log.
    fn told(&self, request_id: &str, end: End) -> (Bytes, bool, Option<String>) {
        let document = |kind: &str, what: String| {
            Bytes::from(json!({ "errorType": kind, "errorMessage": what }).to_string())
        };
        match end {
            End::Answered(Answer::Response(payload)) => (payload, false, None),
            End::Answered(Answer::Error(payload) | Answer::LastError(payload))
            | End::InitFailed(payload) => (payload, true, None),
            End::Answered(Answer::TooLarge) => {
                let what = "Response payload size exceeded maximum allowed payload size (6291556 \
                            bytes).";
                (document("Function.ResponseSizeTooLarge", what.to_owned()), true, None)
            }
            End::TimedOut => {
                let what = report::timed_out(request_id, self.timeout_secs, self.clock.now());
                let payload = Bytes::from(json!({ "errorMessage": what }).to_string());
                (payload, true, Some(format!("{what}\n\n")))
            }
            End::Died(ending) => {
                let what = format!("RequestId: {request_id} Error: {ending}");
                let mut said = format!("{what}\nRuntime.ExitError\n");
                if self.state.is_over.load(Ordering::Relaxed) {
                    let most = self.memory_mb;
                    said.push_str(&format!(
                        "it took more than its {most} MB of memory, or {PROCESSES_MAX} processes\n"
                    ));
                }
                (document("Runtime.ExitError", what), true, Some(said))
            }
        }
    }

    /// Ends the process and all that it began. Answers at once.
    pub(crate) fn end(&self) {
        drop(self.control.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    pub(crate) fn has_ended(&self) -> bool {
        matches!(*self.fate.borrow(), Fate::Ended(_) | Fate::Failed { .. })
    }

    /// Looks at what it takes, and ends it if that is more than it may.
    pub(crate) fn look(&self) {
        let Taken { processes, own_bytes, resident_bytes } =
            processes::taken_below(self.warden, PROCESSES_MAX + 1);
        self.state.peak_bytes.fetch_max(resident_bytes, Ordering::Relaxed);
        let most = u64::from(self.memory_mb) * 1024 * 1024;
        if own_bytes > most || processes > PROCESSES_MAX {
            self.state.is_over.store(true, Ordering::Relaxed);
            self.signal(Signal::KILL);
        }
        *self.state.looked.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    fn look_if_long_ago(&self) {
        let looked = *self.state.looked.lock().unwrap_or_else(PoisonError::into_inner);
        if looked.is_none_or(|at| at.elapsed() > KNOWN_FOR) {
            self.look();
        }
    }

    /// Between invocations nothing of it runs, as on AWS.
    pub(crate) fn freeze(&self) {
        if !self.state.is_frozen.swap(true, Ordering::Relaxed) {
            self.signal(Signal::STOP);
        }
    }

    fn thaw(&self) {
        if self.state.is_frozen.swap(false, Ordering::Relaxed) {
            self.signal(Signal::CONT);
        }
    }

    fn signal(&self, signal: Signal) {
        let Fate::Runs { pid } = *self.fate.borrow() else { return };
        if let Some(group) = Pid::from_raw(pid) {
            // Who is gone needs no signal.
            kill_process_group(group, signal).ok();
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.end();
    }
}

/// What belongs to a worker on disk, taken away when it ended.
#[derive(Debug)]
pub(crate) struct Scratch(pub(crate) PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, "the files of a worker stay");
        }
    }
}

/// In the form that X-Ray has.
fn trace_id(now: UnixMillis) -> String {
    let mut bytes = [0; 20];
    getrandom::fill(&mut bytes).expect("the system has randomness, or no TLS would start");
    let (root, parent) = (stdx::hex::encode(&bytes[..12]), stdx::hex::encode(&bytes[12..]));
    format!("Root=1-{:08x}-{root};Parent={parent};Sampled=0", now / 1_000)
}
