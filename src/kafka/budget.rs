//! The bound on bytes that are fetched and not taken yet.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// Chunks in the queue at most: a chunk counts for at least this share of the budget.
pub(super) const CHUNKS_MAX: usize = 256;

/// A bound on bytes, shared by the thread that fetches and the task that takes.
#[derive(Debug)]
pub(super) struct Budget {
    max: usize,
    used: Mutex<usize>,
    freed: Condvar,
}

/// Bytes taken from a budget; they are given back at its end.
#[derive(Debug)]
pub(super) struct Reserved {
    bytes: usize,
    budget: Arc<Budget>,
}

impl Budget {
    pub(super) fn new(max: usize) -> Self {
        Self {
            max,
            used: Mutex::new(0),
            freed: Condvar::new(),
        }
    }

    pub(super) fn used(&self) -> usize {
        *self.used.lock().expect("no holder of this lock panics")
    }

    /// Waits for at most `patience` until `bytes` are free. A chunk larger than the whole budget waits until all is free.
    pub(super) fn reserve(budget: &Arc<Self>, bytes: usize, patience: Duration) -> Option<Reserved> {
        // Chunks of few bytes still cost memory, and the queue of chunks is finite.
        let bytes = bytes.max(budget.max / CHUNKS_MAX + 1);
        let full = |used: &mut usize| *used > 0 && *used + bytes > budget.max;
        let used = budget.used.lock().expect("no holder of this lock panics");
        let (mut used, _) = budget
            .freed
            .wait_timeout_while(used, patience, full)
            .expect("no holder of this lock panics");
        if full(&mut used) {
            return None;
        }
        *used += bytes;
        Some(Reserved {
            bytes,
            budget: Arc::clone(budget),
        })
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        *self.budget.used.lock().expect("no holder of this lock panics") -= self.bytes;
        self.budget.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_budget_makes_wait_and_an_empty_one_takes_anything() {
        let budget = Arc::new(Budget::new(100));
        let huge = Budget::reserve(&budget, 1000, Duration::ZERO).unwrap();
        assert!(Budget::reserve(&budget, 1, Duration::ZERO).is_none());
        drop(huge);
        let half = Budget::reserve(&budget, 50, Duration::ZERO).unwrap();
        let rest = Budget::reserve(&budget, 50, Duration::ZERO).unwrap();
        assert!(Budget::reserve(&budget, 1, Duration::ZERO).is_none());
        drop((half, rest));
        assert_eq!(budget.used(), 0);
    }

    #[test]
    fn small_chunks_never_fill_the_queue() {
        let budget = Arc::new(Budget::new(1 << 20));
        let mut reserved = Vec::new();
        while let Some(more) = Budget::reserve(&budget, 1, Duration::ZERO) {
            reserved.push(more);
        }
        assert!(reserved.len() <= CHUNKS_MAX, "{}", reserved.len());
    }
}
