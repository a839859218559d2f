//! `demarche demo`: the real worker on a broker inside the process, fed with sample articles.
//!
//! A thread feeds the raw topic, no faster than the worker and this reader keep up; the worker runs as in `demarche run`, at least
//! once; the main thread reads what was published back from the topics and shows it. All that is counted is counted twice,
//! by the worker and from the topics, and the demo fails if the two differ.

mod board;
mod samples;
mod summary;

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::{pretty, start};
use crate::event::wire::EventRecord;
use crate::kafka::embedded::EmbeddedBroker;
use crate::kafka::sender::Sender;
use crate::kafka::tail::{Tail, Tailed};
use crate::metrics::{Metrics, server};
use crate::pipeline::batch::Classifier;
use crate::pipeline::record::Record;
use crate::pipeline::worker::{self, Summary, WorkerError};
use crate::pipeline::{Core, process};
use crate::settings::{self, GroupProtocol, Guarantee, Settings, Topics, Variables};

use board::Board;
use samples::Samples;
use summary::Seen;

const PARTITIONS: i32 = 4;
/// Well below what the feeder may be ahead, so that a batch need not wait for its age.
const BATCH_RECORDS_MAX: usize = 500;
/// Nothing new for this long, and the demo has failed.
const STALL_TIMEOUT: Duration = Duration::from_secs(60);
const POLL_TIMEOUT: Duration = Duration::from_millis(50);
/// Where `--serve` serves, if the port is free.
const PORT: u16 = 9464;

/// Shows the worker at work: no Kafka needed, ends by itself.
///
/// A broker in the process takes sample articles; the real worker reads them and publishes what it finds; the events are shown
/// as they come, then a summary. This broker knows no transactions, so the demo runs at least once; `run` is exactly once.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  demarche demo
  demarche demo --items 20000
  demarche demo --serve      then: curl http://127.0.0.1:9464/metrics")]
pub struct Args {
    /// Items to feed; the samples are repeated under new ids [default: each sample once]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    items: Option<u64>,
    /// Keep the worker and its metrics page up until Ctrl-C
    #[arg(long)]
    serve: bool,
    /// Folder with lang/ and gazetteer/ in place of those in the binary
    #[arg(long, value_name = "DIR")]
    knowledge: Option<PathBuf>,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    let mut settings = settings(args)?;
    start::start_logs(&settings.log)?;
    let core = Arc::new(start::core(&settings)?);
    let samples = Samples::embedded(&core.decode);
    let items = args.items.unwrap_or(samples.len() as u64);
    let broker = EmbeddedBroker::start(&settings.topics, PARTITIONS)?;
    settings.kafka.brokers = broker.brokers();
    let board = Arc::new(Board::default());
    let mut work = Work::start(&settings, &core, &board)?;
    let mut out = anstream::stdout().lock();
    summary::opening(&mut out, items, &work.url)?;
    let feeder = feeder(&settings, samples.clone(), items, &board)?;
    let seen = show(&mut out, &settings, &samples, &board, items, &work)?;
    let took = board.since_first();
    match feeder.join() {
        Ok(fed) => fed?,
        Err(_) => bail!("the thread that feeds the samples panicked"),
    }
    if args.serve {
        writeln!(
            out,
            "All items are read. The worker stays up: {}/metrics; Ctrl-C ends it.",
            work.url
        )?;
        out.flush()?;
        work.runtime.block_on(tokio::signal::ctrl_c())?;
    }
    let counted = work.stop()?;
    summary::closing(&mut out, &seen, &board, took)?;
    writeln!(
        out,
        "  metrics       {}/metrics while it ran (--serve keeps the page up)",
        work.url
    )?;
    out.flush()?;
    balance(&counted, &seen, &board)
}

/// The defaults, whatever the environment says, but for what an embedded broker cannot do.
fn settings(args: &Args) -> anyhow::Result<Settings> {
    let mut settings = settings::load(None, &Variables::new())?;
    settings.delivery.guarantee = Guarantee::AtLeastOnce;
    // The classic protocol lets a new group wait three seconds for more members.
    settings.kafka.group_protocol = GroupProtocol::Consumer;
    settings.delivery.batch_records_max = BATCH_RECORDS_MAX;
    settings.log.filter = "warn,librdkafka=error".to_owned();
    settings.knowledge.dir.clone_from(&args.knowledge);
    let port = if args.serve { PORT } else { 0 };
    settings.http_bind = Some(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    Ok(settings)
}

/// The worker at work, and its page.
struct Work {
    runtime: Runtime,
    worker: Option<JoinHandle<Result<Summary, WorkerError>>>,
    stop: Option<oneshot::Sender<()>>,
    url: String,
}

impl Work {
    fn start(settings: &Settings, core: &Arc<Core>, board: &Arc<Board>) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        let languages: Vec<_> = core.knowledge.packs().iter().map(|pack| pack.lang()).collect();
        let metrics = Arc::new(Metrics::new(core.knowledge.hash(), &languages));
        metrics
            .knowledge
            .known(core.knowledge.hash(), core.knowledge.gazetteer().holders_as_of());
        let address = settings
            .http_bind
            .unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        let url = runtime.block_on(serve(address, &metrics))?;
        let (stop, stopped) = oneshot::channel();
        let (settings, classifier) = (settings.clone(), classifier(core, board));
        let worker = runtime.spawn(async move {
            // A sender that is dropped unsent stops the worker as well.
            worker::run(&settings, classifier, &metrics, async { stopped.await.unwrap_or(()) }).await
        });
        Ok(Self {
            runtime,
            worker: Some(worker),
            stop: Some(stop),
            url,
        })
    }

    /// Whether the worker has ended by itself, which it must not.
    fn ended(&self) -> bool {
        self.worker.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Drains the worker and says what it committed.
    fn stop(&mut self) -> anyhow::Result<Summary> {
        drop(self.stop.take());
        let worker = self.worker.take().context("the worker was stopped before")?;
        let ended = self.runtime.block_on(worker).context("the worker panicked")?;
        Ok(ended?)
    }
}

/// Serves the page at `address`, or at a free port if that one is taken; gives its URL.
async fn serve(address: SocketAddr, metrics: &Arc<Metrics>) -> anyhow::Result<String> {
    let listener = match server::bind(address).await {
        Ok(listener) => listener,
        Err(_) => server::bind(SocketAddr::new(address.ip(), 0)).await?,
    };
    let url = format!("http://{}", listener.local_addr()?);
    tokio::spawn(server::serve(listener, Arc::clone(metrics)));
    Ok(url)
}

/// The core, with its outcomes written on the board.
fn classifier(core: &Arc<Core>, board: &Arc<Board>) -> Classifier {
    let (core, board) = (Arc::clone(core), Arc::clone(board));
    Arc::new(move |record: &Record| {
        let outcome = process(record, &core);
        board.classified(&outcome);
        outcome
    })
}

/// Feeds `items` items from a thread.
fn feeder(
    settings: &Settings,
    samples: Samples,
    items: u64,
    board: &Arc<Board>,
) -> anyhow::Result<thread::JoinHandle<anyhow::Result<()>>> {
    let sender = Sender::start(&settings.kafka, &settings.topics.raw)?;
    let board = Arc::clone(board);
    let feed = move || {
        for number in 0..items {
            if !board.wait_for_room(number) {
                return Ok(());
            }
            let (key, payload) = samples.record(number);
            sender.send(key.as_deref().map(str::as_bytes), &payload)?;
        }
        sender.flush(STALL_TIMEOUT)?;
        ensure!(sender.failed() == 0, "{} samples could not be sent", sender.failed());
        Ok(())
    };
    Ok(thread::Builder::new().name("feeder".to_owned()).spawn(feed)?)
}

/// Reads back what is published until there is nothing more to come, and shows the first round of it.
fn show(
    out: &mut impl Write,
    settings: &Settings,
    samples: &Samples,
    board: &Board,
    items: u64,
    work: &Work,
) -> anyhow::Result<Seen> {
    let topics = [settings.topics.events.as_str(), settings.topics.dead_letters.as_str()];
    let tail = Tail::start(&settings.kafka, &topics, PARTITIONS)?;
    let mut seen = Seen::default();
    let mut last = Instant::now();
    while !board.complete(items) {
        let Some(record) = tail.next(POLL_TIMEOUT)? else {
            if work.ended() || last.elapsed() > STALL_TIMEOUT {
                board.give_up();
                bail!("the worker stands still: {} of {items} items are read", board.items());
            }
            continue;
        };
        last = Instant::now();
        board.saw();
        shown(out, &settings.topics, samples, &mut seen, &record)?;
    }
    Ok(seen)
}

fn shown(out: &mut impl Write, topics: &Topics, samples: &Samples, seen: &mut Seen, record: &Tailed) -> anyhow::Result<()> {
    if record.topic == topics.dead_letters {
        let reason = seen.dead_letter(record);
        if seen.dead_letters() <= samples.unreadable() as u64 {
            summary::dead_letter(out, reason, record.header("dlq_detail").unwrap_or(""))?;
        }
        return Ok(());
    }
    let payload = record.payload.as_deref().unwrap_or_default();
    let event: EventRecord = serde_json::from_slice(payload).context("a published event is not in its own schema")?;
    if samples.is_first_round(&event.item.id) {
        let item = samples.item(&event.item.id);
        let title = item.and_then(|item| item.title.as_deref()).unwrap_or("");
        summary::item_line(out, &event.item.id, title)?;
        pretty::event(out, &event, item)?;
        writeln!(out)?;
        out.flush()?;
    }
    seen.event(&event);
    Ok(())
}

/// What the worker counted is what the topics hold.
fn balance(counted: &Summary, seen: &Seen, board: &Board) -> anyhow::Result<()> {
    let told = (counted.records, counted.events, counted.dead_letters);
    let records = board.with_events() + board.no_event().values().sum::<u64>() + seen.dead_letters();
    let found = (records, seen.events(), seen.dead_letters());
    ensure!(
        told == found,
        "the books do not balance: the worker counted (items, events, dead letters) {told:?}, the topics hold {found:?}"
    );
    Ok(())
}
