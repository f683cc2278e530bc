//! Queries that run, each on a thread of its own, and whose rows are fetched page by page.
//!
//! A query gives its rows into a channel that holds few of them and waits while it is full, so whatever a
//! query finds, its pages take bounded memory. Who does not come back for the next page loses it: after a
//! time, and when others want to run: then the page that was asked for least recently is given up.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::value::RawValue;
use timesql::{Budget, Limits, Next, OutputColumn, Ran, Source};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::AbortHandle;

use super::shape::row;
use crate::error::AwsError;
use crate::timestream_write::words::validation;

/// How many queries run or wait to be fetched; others wait for their turn.
const RUNNING_MAX: usize = 16;
/// What one query may hold.
const MEMORY_BYTES_MAX: usize = 256 << 20;
/// And all together: half of a box of 1 GiB.
const MEMORY_OF_ALL_BYTES_MAX: usize = 512 << 20;
/// How long AWS's tokens hold. A query that waits for its next page keeps a thread, and files that were
/// replaced meanwhile.
const TOKEN_HOLDS: Duration = Duration::from_secs(3_600);
/// How many bundles of rows wait for a page.
const WAITING_MAX: usize = 2;
/// Rows of one bundle at most.
const BUNDLE_ROWS: usize = 256;
/// AWS's limits of a page.
pub(super) const PAGE_ROWS_MAX: usize = 1_000;
const PAGE_BYTES_MAX: usize = 1 << 20;
/// Of how many cancelled queries it is known that they were.
const CANCELLED_MAX: usize = 1_024;

/// The queries of this run of the program.
#[derive(Debug)]
pub struct Queries {
    permits: Arc<Semaphore>,
    budget: Arc<Budget>,
    last: AtomicU64,
    open: Arc<Mutex<Open>>,
}

#[derive(Debug, Default)]
struct Open {
    /// By query: those that nobody fetches at this moment.
    idle: HashMap<String, Fetch>,
    /// Those that were started, fetched at this moment or not.
    flags: HashMap<String, Arc<AtomicBool>>,
    cancelled: VecDeque<String>,
    asked: u64,
}

/// A query whose rows are being fetched.
#[derive(Debug)]
pub(super) struct Fetch {
    pub(super) id: String,
    pub(super) text: String,
    /// Nobody else gets its pages.
    pub(super) owner: String,
    pub(super) columns: Arc<[OutputColumn]>,
    bundles: mpsc::Receiver<Told>,
    /// Rows that were taken out of a bundle and did not fit.
    rest: VecDeque<Box<RawValue>>,
    ran: Option<Ran>,
    pages: u64,
    asked: u64,
    flag: Arc<AtomicBool>,
    /// Gives it up if nobody comes back.
    timer: Option<AbortHandle>,
}

/// What a query tells.
#[derive(Debug)]
enum Told {
    Columns(Arc<[OutputColumn]>),
    Rows(Vec<Box<RawValue>>),
    Done(Ran),
    Failed(AwsError),
}

/// Rows of one answer.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) rows: Vec<Box<RawValue>>,
    pub(super) next_token: Option<String>,
    pub(super) ran: Option<Ran>,
}

/// What is to be run, and for whom.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) text: String,
    pub(super) owner: String,
    pub(super) query: timesql::Query,
    pub(super) now_nanos: i64,
}

impl Default for Queries {
    fn default() -> Queries {
        let permits = Arc::new(Semaphore::new(RUNNING_MAX));
        let budget = Arc::new(Budget::new(MEMORY_OF_ALL_BYTES_MAX));
        Queries { permits, budget, last: AtomicU64::new(0), open: Arc::default() }
    }
}

impl Queries {
    fn open(&self) -> MutexGuard<'_, Open> {
        lock(&self.open)
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit, AwsError> {
        let permits = Arc::clone(&self.permits);
        if let Ok(permit) = Arc::clone(&permits).try_acquire_owned() {
            return Ok(permit);
        }
        self.open().give_up_one();
        let closed = |_| AwsError::internal("no query can be run");
        permits.acquire_owned().await.map_err(closed)
    }

    /// Starts a query, and waits until its columns are known.
    pub(super) async fn start(
        &self,
        source: impl Source + Send + 'static,
        asked: Asked,
    ) -> Result<Fetch, AwsError> {
        let permit = self.permit().await?;
        let number = self.last.fetch_add(1, Ordering::Relaxed);
        let id = format!("AEDQ{:016X}{number:012X}", asked.now_nanos);
        let flag = Arc::new(AtomicBool::new(false));
        self.open().flags.insert(id.clone(), Arc::clone(&flag));
        let (tell, bundles) = mpsc::channel(WAITING_MAX);
        let mut fetch = Fetch {
            id,
            text: asked.text.clone(),
            owner: asked.owner.clone(),
            columns: Arc::from([]),
            bundles,
            rest: VecDeque::new(),
            ran: None,
            pages: 0,
            asked: 0,
            flag: Arc::clone(&flag),
            timer: None,
        };
        let budget = Arc::clone(&self.budget);
        tokio::task::spawn_blocking(move || {
            let told = run(&source, &asked, (&budget, &flag), &tell);
            // Nobody may be waiting any more.
            tell.blocking_send(told.map_or_else(Told::Failed, Told::Done)).ok();
            // The next one begins when its files are free.
            drop(source);
            drop(permit);
        });
        match fetch.bundles.recv().await {
            Some(Told::Columns(columns)) => {
                fetch.columns = columns;
                Ok(fetch)
            }
            other => {
                self.forget(&fetch.id);
                Err(failure(other))
            }
        }
    }

    /// The next page of a query; its token is given once.
    pub(super) async fn page(
        &self,
        mut fetch: Fetch,
        rows_max: usize,
    ) -> Result<(Page, Fetch), AwsError> {
        let page = fetch.page(rows_max).await;
        if page.is_err() {
            self.forget(&fetch.id);
        }
        Ok((page?, fetch))
    }

    /// Keeps a query until somebody asks for its next page, or nobody has for too long.
    pub(super) fn keep(&self, mut fetch: Fetch) {
        let mut open = self.open();
        open.asked += 1;
        fetch.asked = open.asked;
        let (all, id) = (Arc::clone(&self.open), fetch.id.clone());
        let holds = tokio::time::sleep(TOKEN_HOLDS);
        let timer = tokio::spawn(async move {
            holds.await;
            lock(&all).give_up(&id);
        });
        fetch.timer = Some(timer.abort_handle());
        open.idle.insert(fetch.id.clone(), fetch);
    }

    pub(super) fn forget(&self, id: &str) {
        self.open().flags.remove(id);
    }

    /// The query that a token goes on with.
    pub(super) fn resume(&self, token: &str, text: &str, owner: &str) -> Result<Fetch, AwsError> {
        let invalid = || validation("Invalid pagination token");
        let (id, page) = token.split_once('.').ok_or_else(invalid)?;
        let mut open = self.open();
        let fits = |fetch: &Fetch| {
            fetch.text == text && fetch.owner == owner && fetch.pages.to_string() == page
        };
        if !open.idle.get(id).is_some_and(fits) {
            return Err(invalid());
        }
        let mut fetch = open.idle.remove(id).ok_or_else(invalid)?;
        fetch.stop_timer();
        Ok(fetch)
    }

    /// Ends a query; says so if it had been ended before.
    pub(super) fn cancel(&self, id: &str) -> Result<&'static str, AwsError> {
        let mut open = self.open();
        if open.cancelled.iter().any(|known| known == id) {
            return Ok("Query has already been cancelled.");
        }
        let Some(flag) = open.flags.remove(id) else {
            return Err(validation(format!("Query with id {id} is not running.")));
        };
        flag.store(true, Ordering::Relaxed);
        open.idle.remove(id);
        if open.cancelled.len() == CANCELLED_MAX {
            open.cancelled.pop_front();
        }
        open.cancelled.push_back(id.to_owned());
        Ok("Query has been cancelled.")
    }
}

impl Open {
    /// Gives up what was asked for least recently: its thread finds nobody to tell, and ends.
    fn give_up_one(&mut self) {
        let oldest = self.idle.values().min_by_key(|fetch| fetch.asked);
        let Some(id) = oldest.map(|fetch| fetch.id.clone()) else { return };
        self.give_up(&id);
    }

    fn give_up(&mut self, id: &str) {
        if self.idle.remove(id).is_some() {
            self.flags.remove(id);
        }
    }
}

fn lock(open: &Mutex<Open>) -> MutexGuard<'_, Open> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Fetch {
    /// Whoever drops it wants no more: a query that has not told anything for long ends as well.
    fn drop(&mut self) {
        self.stop_timer();
        self.flag.store(true, Ordering::Relaxed);
    }
}

impl Fetch {
    fn stop_timer(&mut self) {
        if let Some(timer) = self.timer.take() {
            timer.abort();
        }
    }

    async fn page(&mut self, rows_max: usize) -> Result<Page, AwsError> {
        let (mut rows, mut bytes) = (Vec::new(), 0);
        loop {
            if self.rest.is_empty() && !self.more().await? {
                break;
            }
            let Some(next) = self.rest.front() else { continue };
            // A row that is larger than a page has one of its own.
            let is_full = rows.len() == rows_max || bytes + next.get().len() > PAGE_BYTES_MAX;
            if is_full && !rows.is_empty() {
                break;
            }
            bytes += next.get().len();
            rows.extend(self.rest.pop_front());
        }
        self.pages += 1;
        let is_done = self.ran.is_some() && self.rest.is_empty();
        let next_token = (!is_done).then(|| format!("{}.{}", self.id, self.pages));
        Ok(Page { rows, next_token, ran: self.ran })
    }

    /// Waits for more rows; there are none when the query is done.
    async fn more(&mut self) -> Result<bool, AwsError> {
        if self.ran.is_some() {
            return Ok(false);
        }
        match self.bundles.recv().await {
            Some(Told::Rows(rows)) => {
                self.rest.extend(rows);
                Ok(true)
            }
            Some(Told::Done(ran)) => {
                self.ran = Some(ran);
                Ok(false)
            }
            other => Err(failure(other)),
        }
    }
}

fn failure(told: Option<Told>) -> AwsError {
    match told {
        Some(Told::Failed(error)) => error,
        _ => AwsError::internal("the query ended without an answer"),
    }
}

/// Runs on its thread, and tells what it finds.
fn run(
    source: &dyn Source,
    asked: &Asked,
    (budget, cancelled): (&Budget, &AtomicBool),
    tell: &mpsc::Sender<Told>,
) -> Result<Ran, AwsError> {
    let bound = asked.query.bind(source, asked.now_nanos, &[])?;
    let columns: Arc<[OutputColumn]> = Arc::from(bound.columns());
    if tell.blocking_send(Told::Columns(Arc::clone(&columns))).is_err() {
        return Ok(Ran::default());
    }
    let mut unwritten = None;
    let limits = Limits { memory_bytes: MEMORY_BYTES_MAX, budget: Some(budget), cancelled };
    let ran = bound.run(limits, &mut |rows| {
        for rows in rows.chunks(BUNDLE_ROWS) {
            let rows: Result<Vec<_>, _> = rows.iter().map(|values| row(values, &columns)).collect();
            let rows = match rows {
                Ok(rows) => rows,
                Err(error) => {
                    unwritten = Some(error);
                    return Next::Stop;
                }
            };
            if tell.blocking_send(Told::Rows(rows)).is_err() {
                return Next::Stop;
            }
        }
        Next::More
    })?;
    unwritten.map_or(Ok(ran), |error| Err(AwsError::output(error)))
}

#[cfg(test)]
mod tests {
    use timesql::{SourceError, Table};

    use super::*;

    /// No database at all, and a place that is free as long as nobody reads from it.
    struct Nothing {
        _used: Arc<()>,
    }

    impl Source for Nothing {
        fn databases(&self) -> Result<Vec<String>, SourceError> {
            Ok(Vec::new())
        }

        fn tables(&self, _: &str) -> Result<Option<Vec<String>>, SourceError> {
            Ok(None)
        }

        fn table(&self, _: &str, _: &str) -> Result<Option<Box<dyn Table + '_>>, SourceError> {
            Ok(None)
        }
    }

    /// Its first page, when the rest is waiting for somebody.
    async fn first_page(queries: &Queries, used: &Arc<()>) -> Page {
        let text = "SELECT a.x, b.y FROM UNNEST(sequence(1, 5000)) AS a(x) \
                    CROSS JOIN UNNEST(sequence(1, 50)) AS b(y)";
        let query = timesql::Query::parse(text).expect("a query");
        let asked = Asked { text: text.to_owned(), owner: "me".to_owned(), query, now_nanos: 0 };
        let fetch =
            queries.start(Nothing { _used: Arc::clone(used) }, asked).await.expect("it runs");
        let (page, fetch) = queries.page(fetch, 10).await.expect("there are rows");
        queries.keep(fetch);
        page
    }

    #[tokio::test(start_paused = true)]
    async fn a_query_that_nobody_comes_back_for_ends() {
        let (queries, used) = (Queries::default(), Arc::new(()));
        let page = first_page(&queries, &used).await;
        let token = page.next_token.expect("there are more rows");
        tokio::time::advance(TOKEN_HOLDS - Duration::from_secs(1)).await;
        tokio::task::yield_now().await;
        assert_eq!((queries.open().idle.len(), Arc::strong_count(&used)), (1, 2));
        tokio::time::advance(Duration::from_secs(1)).await;
        // All permits are there again when its thread has ended.
        let all = queries.permits.acquire_many(RUNNING_MAX as u32).await.expect("it is open");
        drop(all);
        assert_eq!(Arc::strong_count(&used), 1);
        assert!(queries.open().idle.is_empty() && queries.open().flags.is_empty());
        assert_eq!(queries.budget.used_bytes(), 0);
        queries.resume(&token, "", "me").expect_err("its token holds no more");
    }

    #[tokio::test(start_paused = true)]
    async fn who_comes_back_has_as_long_again() {
        let (queries, used) = (Queries::default(), Arc::new(()));
        let mut token = first_page(&queries, &used).await.next_token.expect("there are more rows");
        for _ in 0..3 {
            tokio::time::advance(TOKEN_HOLDS * 2 / 3).await;
            let text =
                queries.open().idle.values().map(|fetch| fetch.text.clone()).collect::<String>();
            let fetch = queries.resume(&token, &text, "me").expect("it holds");
            let (page, fetch) = queries.page(fetch, 10).await.expect("there are rows");
            queries.keep(fetch);
            token = page.next_token.expect("there are more rows");
        }
    }
}
