//! Threads that classify the records of a batch, one batch at a time, and leave a record behind that takes too long.
//!
//! The core is pure: it knows no clock and cannot be told to stop, and a thread cannot be ended from outside. So the pool
//! looks from outside which record each thread is at ([`Pool::tick`]). One that stays at the same record for [`TICKS`] ticks
//! loses it: the record becomes a dead letter, a new thread takes the seat, and what the old one still finds out is dropped.
//!
//! Time is counted in ticks and not read from a clock, because a clock goes on while the process is stopped or starved, and a
//! record must not be judged for that.

use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::batch::{Batch, Classified, Classifier, Written, classified, too_slow, written};
use super::current::CurrentClassifier;
use super::oversize::{Source, Treatment};
use super::record::Record;
use crate::settings::CloudEvents;

/// Ticks that a record may take; the time for it divided by this is the time between two ticks.
pub const TICKS: u32 = 8;

/// How the records of every batch are classified.
pub struct Work {
    /// The pure core; what is in place when a batch begins classifies all of it.
    pub classifier: CurrentClassifier,
    /// Around each event.
    pub cloud_events: CloudEvents,
    /// Told how long each record took.
    pub observe: Box<dyn Fn(Duration) + Send + Sync>,
    /// The time for one record; said in its dead letter.
    pub item_timeout: Duration,
}

/// The threads; they end when it is dropped, once they are done with the record they are at.
pub struct Pool {
    shared: Arc<Shared>,
    watched: Vec<Watched>,
    left_behind: Vec<Arc<Seat>>,
}

struct Shared {
    work: Work,
    queue: Mutex<Queue>,
    changed: Condvar,
}

#[derive(Default)]
struct Queue {
    run: Option<Arc<Run>>,
    closed: bool,
}

/// One batch on its way.
struct Run {
    classifier: Classifier,
    records: Vec<(Record, Treatment)>,
    next: AtomicUsize,
    results: Vec<Mutex<Option<Written>>>,
    /// Records without result.
    open: AtomicUsize,
    /// Nobody wants it any more.
    dropped: AtomicBool,
    end: Mutex<Option<End>>,
}

struct End {
    sealed: super::offsets::Sealed,
    done: oneshot::Sender<Classified>,
}

/// A thread's place.
#[derive(Default)]
struct Seat(Mutex<Sitting>);

#[derive(Default)]
struct Sitting {
    /// Records begun so far.
    begun: u64,
    /// The one it is at.
    at: Option<(Arc<Run>, usize)>,
    /// The seat was given to another thread.
    left: bool,
}

/// A seat and what was last seen of it.
struct Watched {
    seat: Arc<Seat>,
    begun: u64,
    ticks: u32,
}

impl Pool {
    /// A pool of `threads` threads.
    ///
    /// # Errors
    /// If a thread cannot be started.
    pub fn start(threads: usize, work: Work) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            work,
            queue: Mutex::default(),
            changed: Condvar::new(),
        });
        let watched = (0..threads).map(|_| seated(&shared)).collect::<Result<_, _>>()?;
        Ok(Self {
            shared,
            watched,
            left_behind: Vec::new(),
        })
    }

    /// Classifies `batch`, which must not be empty; a batch that is still on its way is dropped.
    pub fn classify(&mut self, batch: Batch) -> oneshot::Receiver<Classified> {
        let (done, result) = oneshot::channel();
        let run = Arc::new(Run {
            classifier: self.shared.work.classifier.get(),
            next: AtomicUsize::new(0),
            results: batch.records.iter().map(|_| Mutex::default()).collect(),
            open: AtomicUsize::new(batch.records.len()),
            dropped: AtomicBool::new(false),
            end: Mutex::new(Some(End {
                sealed: batch.sealed,
                done,
            })),
            records: batch.records,
        });
        let before = lock(&self.shared.queue).run.replace(run);
        if let Some(before) = before {
            before.dropped.store(true, Ordering::Relaxed);
        }
        self.shared.changed.notify_all();
        result
    }

    /// One tick has passed: leaves records behind that took too long, and tells which.
    ///
    /// # Errors
    /// If a thread cannot be started in place of one that is stuck.
    pub fn tick(&mut self) -> std::io::Result<Vec<Source>> {
        let mut overdue = Vec::new();
        for watched in &mut self.watched {
            if !watched.is_overdue() {
                continue;
            }
            let Some((run, index)) = watched.leave() else { continue };
            let fresh = seated(&self.shared)?;
            self.left_behind.push(std::mem::replace(watched, fresh).seat);
            let (record, treatment) = &run.records[index];
            let timeout = self.shared.work.item_timeout;
            let letter = too_slow(record, *treatment, timeout, &self.shared.work.cloud_events);
            overdue.push(letter.source);
            run.settle(index, letter);
        }
        Ok(overdue)
    }

    /// Records that were left behind and are still being worked on: each takes up a core.
    pub fn left_behind(&mut self) -> usize {
        // The thread drops its end when it is through.
        self.left_behind.retain(|seat| Arc::strong_count(seat) > 1);
        self.left_behind.len()
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        lock(&self.shared.queue).closed = true;
        self.shared.changed.notify_all();
    }
}

fn seated(shared: &Arc<Shared>) -> std::io::Result<Watched> {
    let seat = Arc::new(Seat::default());
    let (shared, sitting) = (Arc::clone(shared), Arc::clone(&seat));
    thread::Builder::new()
        .name("classify".into())
        .spawn(move || shared.serve(&sitting))?;
    Ok(Watched {
        seat,
        begun: 0,
        ticks: 0,
    })
}

impl Watched {
    /// Whether the thread is at the same record since enough ticks.
    fn is_overdue(&mut self) -> bool {
        let sitting = lock(&self.seat.0);
        if sitting.at.is_some() && sitting.begun == self.begun {
            self.ticks += 1;
        } else {
            (self.begun, self.ticks) = (sitting.begun, 0);
        }
        self.ticks >= TICKS
    }

    /// Takes the seat from the thread, and tells the record it is at; none if it has just gone on.
    fn leave(&self) -> Option<(Arc<Run>, usize)> {
        let mut sitting = lock(&self.seat.0);
        if sitting.begun != self.begun {
            return None;
        }
        let at = sitting.at.take()?;
        sitting.left = true;
        Some(at)
    }
}

impl Seat {
    fn begin(&self, run: &Arc<Run>, index: usize) {
        let mut sitting = lock(&self.0);
        sitting.begun += 1;
        sitting.at = Some((Arc::clone(run), index));
    }

    /// Whether the seat is still the thread's.
    fn end(&self) -> bool {
        let mut sitting = lock(&self.0);
        sitting.at = None;
        !sitting.left
    }
}

impl Shared {
    fn serve(&self, seat: &Seat) {
        while let Some(run) = self.next_run() {
            while let Some(index) = run.take() {
                seat.begin(&run, index);
                let (record, treatment) = &run.records[index];
                let begun = Instant::now();
                let result = written(record, *treatment, &run.classifier, &self.work.cloud_events);
                (self.work.observe)(begun.elapsed());
                if !seat.end() {
                    return;
                }
                run.settle(index, result);
            }
        }
    }

    /// Waits for a batch with records to take; none when the pool is closed.
    fn next_run(&self) -> Option<Arc<Run>> {
        let mut queue = lock(&self.queue);
        loop {
            if queue.closed {
                return None;
            }
            if let Some(run) = queue.run.as_ref().filter(|run| run.has_more()) {
                return Some(Arc::clone(run));
            }
            // A batch that is taken up is nobody's but its threads'.
            queue.run = None;
            queue = self.changed.wait(queue).expect("no holder of this lock panics");
        }
    }
}

impl Run {
    fn has_more(&self) -> bool {
        !self.dropped.load(Ordering::Relaxed) && self.next.load(Ordering::Relaxed) < self.records.len()
    }

    fn take(&self) -> Option<usize> {
        if self.dropped.load(Ordering::Relaxed) {
            return None;
        }
        let index = self.next.fetch_add(1, Ordering::Relaxed);
        (index < self.records.len()).then_some(index)
    }

    /// Puts down the result of a record; the last one ends the batch.
    fn settle(&self, index: usize, result: Written) {
        let before = lock(&self.results[index]).replace(result);
        debug_assert!(
            before.is_none(),
            "a record has one result: its thread's, or that of its absence"
        );
        if self.open.fetch_sub(1, Ordering::AcqRel) == 1 {
            let end = lock(&self.end).take().expect("the last result comes once");
            let results = self.results.iter().map(|result| lock(result).take());
            let results = results.map(|result| result.expect("every record has its result")).collect();
            // A batch that was given back meanwhile has no taker.
            end.done.send(classified(end.sealed, results)).ok();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no holder of this lock panics")
}

/// As many threads as the machine has cores.
pub fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;
    use crate::pipeline::batch::testing;
    use crate::pipeline::offsets::Sealed;
    use crate::pipeline::outcome::{DeadLetterReason, NoEventReason, Outcome};

    fn batch(payloads: &[&str]) -> Batch {
        let records = payloads.iter().enumerate();
        Batch {
            records: records
                .map(|(offset, payload)| (testing::record(offset as i64, payload), Treatment::USUAL))
                .collect(),
            sealed: Sealed::default(),
        }
    }

    /// A record `stuck` holds its thread until the sender is dropped.
    fn pool(threads: usize) -> (Pool, mpsc::Sender<()>) {
        let (release, held) = mpsc::channel::<()>();
        let held = Mutex::new(held);
        let classifier: Classifier = Arc::new(move |record: &Record| {
            if record.payload.as_deref() == Some(b"stuck") {
                lock(&held).recv().unwrap_err();
            }
            Outcome::NoEvent {
                reason: NoEventReason::NoTrigger,
                language: None,
            }
        });
        let work = Work {
            classifier: classifier.into(),
            cloud_events: testing::CLOUD_EVENTS,
            observe: Box::new(|_| ()),
            item_timeout: Duration::from_millis(80),
        };
        (Pool::start(threads, work).unwrap(), release)
    }

    /// Waits until only `open` records have no result, then lets ticks pass until one is left behind.
    fn leave_one_behind(pool: &mut Pool, run: &Run, open: usize) -> Vec<Source> {
        while run.open.load(Ordering::Acquire) > open {
            thread::yield_now();
        }
        loop {
            let overdue = pool.tick().unwrap();
            if !overdue.is_empty() {
                return overdue;
            }
        }
    }

    fn run(pool: &Pool) -> Arc<Run> {
        let seats = || pool.watched.iter().map(|watched| lock(&watched.seat.0));
        loop {
            if let Some(run) = seats().find_map(|sitting| sitting.at.as_ref().map(|(run, _)| Arc::clone(run))) {
                return run;
            }
            thread::yield_now();
        }
    }

    #[test]
    fn results_keep_the_order_of_the_records() {
        let (mut pool, _release) = pool(4);
        let payloads: Vec<String> = (0..999).map(|n| n.to_string()).collect();
        let payloads: Vec<&str> = payloads.iter().map(String::as_str).collect();
        let batch = pool.classify(batch(&payloads)).blocking_recv().unwrap();
        let offsets: Vec<i64> = batch.fates.iter().map(|fate| fate.offset.0).collect();
        assert_eq!(offsets, (0..999).collect::<Vec<_>>());
    }

    #[test]
    fn a_record_that_takes_too_long_is_a_dead_letter_and_holds_up_nothing() {
        for threads in [1, 2] {
            let (mut pool, release) = pool(threads);
            let result = pool.classify(batch(&["a", "stuck", "b", "c"]));
            let first = run(&pool);
            let overdue = leave_one_behind(&mut pool, &first, if threads == 1 { 3 } else { 1 });
            assert_eq!(overdue.len(), 1);
            let batch = result.blocking_recv().unwrap();
            let rejected: Vec<_> = batch.fates.iter().map(|fate| fate.rejected).collect();
            assert_eq!(rejected, [None, Some(DeadLetterReason::TooSlow), None, None]);
            assert_eq!(batch.outputs.len(), 1);
            assert_eq!(pool.left_behind(), 1);
            let more = pool.classify(super::tests::batch(&["d"])).blocking_recv().unwrap();
            assert_eq!(more.fates.len(), 1, "the pool goes on");
            drop(release);
            while pool.left_behind() > 0 {
                thread::yield_now();
            }
        }
    }

    #[test]
    fn a_batch_that_is_given_back_holds_up_no_other() {
        let (mut pool, release) = pool(2);
        let dropped = pool.classify(batch(&["stuck", "a"]));
        run(&pool);
        drop(dropped);
        let batch = pool.classify(batch(&["b", "c"])).blocking_recv().unwrap();
        assert_eq!(batch.fates.len(), 2);
        drop(release);
    }
}
