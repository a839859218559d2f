//! What is broken when: a schedule made from a seed, the same for the same seed.

use std::fmt;

/// One thing that is done to the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// SIGKILL.
    KillWorker(usize),
    /// SIGTERM.
    TerminateWorker(usize),
    /// Starts it again after one of the two; one that is still on its way out is waited for.
    StartWorker(usize),
    /// SIGSTOP.
    HoldWorker(usize),
    /// SIGCONT.
    ReleaseWorker(usize),
    /// Another producer takes its transactional id: its transaction is aborted from outside.
    FenceWorker(usize),
    /// SIGKILL.
    KillBroker(usize),
    /// Starts it again.
    StartBroker(usize),
    /// The raw topic gets one partition more.
    AddPartition,
}

/// Actions with their time since the start, milliseconds, in order.
pub struct Plan {
    pub seed: u64,
    pub actions: Vec<(u64, Action)>,
}

/// Between the end of a broker's absence and the next one: its replicas must have caught up.
const BROKER_REST_MS: u64 = 15_000;
const PARTITIONS_ADDED_MAX: usize = 4;

impl Plan {
    /// Breaks things for `duration_ms`; all is whole again soon after.
    pub fn new(seed: u64, duration_ms: u64, workers: usize, brokers: usize) -> Self {
        let mut random = Random(seed);
        let mut actions = Vec::new();
        let mut worker_free = vec![0; workers];
        let (mut broker_free, mut added) = (5_000, 0);
        let mut at = 1_000;
        while at < duration_ms {
            at += random.between(200, 1_500);
            if at >= broker_free {
                let (broker, down) = (random.below(brokers), random.between(1_000, 12_000));
                actions.extend([(at, Action::KillBroker(broker)), (at + down, Action::StartBroker(broker))]);
                broker_free = at + down + BROKER_REST_MS + random.between(0, 10_000);
                continue;
            }
            let worker = random.below(workers);
            if at < worker_free[worker] {
                continue;
            }
            let away = random.between(0, 2_500);
            match random.below(12) {
                0..6 => actions.extend([(at, Action::KillWorker(worker)), (at + away, Action::StartWorker(worker))]),
                6..8 => actions.extend([
                    (at, Action::TerminateWorker(worker)),
                    (at + away, Action::StartWorker(worker)),
                ]),
                8..10 => {
                    // Some sleep longer than their session.
                    let asleep = random.between(200, 9_000);
                    actions.extend([(at, Action::HoldWorker(worker)), (at + asleep, Action::ReleaseWorker(worker))]);
                    worker_free[worker] = at + asleep + 500;
                    continue;
                }
                10 => actions.push((at, Action::FenceWorker(worker))),
                _ if added < PARTITIONS_ADDED_MAX => {
                    added += 1;
                    actions.push((at, Action::AddPartition));
                }
                _ => {}
            }
            worker_free[worker] = at + away + 500;
        }
        actions.sort_by_key(|(at, _)| *at);
        Self { seed, actions }
    }

    /// How many actions are like `action`, whomever they hit.
    pub fn count(&self, action: Action) -> usize {
        let kind = std::mem::discriminant(&action);
        self.actions
            .iter()
            .filter(|(_, action)| std::mem::discriminant(action) == kind)
            .count()
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "seed {}: {} kills of workers, {} terminations, {} held, {} fenced, {} kills of brokers, {} partitions added",
            self.seed,
            self.count(Action::KillWorker(0)),
            self.count(Action::TerminateWorker(0)),
            self.count(Action::HoldWorker(0)),
            self.count(Action::FenceWorker(0)),
            self.count(Action::KillBroker(0)),
            self.count(Action::AddPartition),
        )
    }
}

/// SplitMix64.
pub struct Random(pub u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn between(&mut self, from: u64, to: u64) -> u64 {
        from + self.next() % (to - from)
    }
}

#[test]
fn the_same_seed_breaks_the_same() {
    let plan = |seed| Plan::new(seed, 60_000, 3, 3).actions;
    assert_eq!(plan(7), plan(7));
    assert_ne!(plan(7), plan(8));
}

#[test]
fn what_is_broken_is_made_whole() {
    for seed in 0..50 {
        let plan = Plan::new(seed, 60_000, 3, 3);
        assert!(plan.count(Action::KillBroker(0)) >= 1, "{plan}");
        assert_eq!(plan.count(Action::KillBroker(0)), plan.count(Action::StartBroker(0)));
        assert_eq!(plan.count(Action::HoldWorker(0)), plan.count(Action::ReleaseWorker(0)));
        let stopped = plan.count(Action::KillWorker(0)) + plan.count(Action::TerminateWorker(0));
        assert_eq!(stopped, plan.count(Action::StartWorker(0)));
    }
}
