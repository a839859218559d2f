//! `demarche run`: the worker, until SIGTERM or SIGINT.

use std::future::Future;
use std::sync::Arc;

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};
use tracing::{info, warn};

use crate::kafka::config;
use crate::metrics::knowledge::ReloadResult;
use crate::metrics::{Metrics, server};
use crate::pipeline::batch::Classifier;
use crate::pipeline::current::CurrentClassifier;
use crate::pipeline::record::Record;
use crate::pipeline::{Core, process, worker};
use crate::settings::Settings;

use super::start::{self, StartArgs};

/// Runs the worker until SIGTERM or SIGINT; it then commits what it has read and leaves the group.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  demarche run --config worker.toml
  DEMARCHE_KAFKA_BROKERS=kafka-1:9092,kafka-2:9092 demarche run")]
pub struct Args {
    #[command(flatten)]
    pub start: StartArgs,
}

/// Runs the worker with its page until a signal, and drains.
///
/// # Errors
/// If the page's address cannot be bound, a client cannot be made, or the worker cannot go on or drain in time.
pub fn run(settings: Settings, core: Core) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("cannot start the async runtime")?;
    let ended = runtime.block_on(serve(&settings, core));
    // A client that cannot reach its broker may keep a thread; nothing of it is needed any more.
    runtime.shutdown_background();
    ended
}

async fn serve(settings: &Settings, core: Core) -> anyhow::Result<()> {
    let languages: Vec<_> = core.knowledge.packs().iter().map(|pack| pack.lang()).collect();
    let mut settings = settings.clone();
    let metrics = Arc::new(Metrics::new(core.knowledge.hash(), &languages));
    metrics
        .knowledge
        .known(core.knowledge.hash(), core.knowledge.gazetteer().holders_as_of());
    if let Some(address) = settings.http_bind {
        let listener = server::bind(address)
            .await
            .with_context(|| format!("cannot listen on {address}"))?;
        let address = listener.local_addr()?;
        // Bound, so it is ours alone.
        let kafka = &mut settings.kafka;
        if kafka.transactional_id.is_none() && kafka.group_instance_id.is_none() {
            kafka.transactional_id = config::listening_id(&kafka.group_id, address);
        }
        info!(%address, "serving /metrics, /healthz and /readyz");
        tokio::spawn(server::serve(listener, Arc::clone(&metrics)));
    }
    let shutdown = signals()?;
    let classifier = CurrentClassifier::from(classifier(core));
    reload_on_hangup(settings.clone(), classifier.clone(), Arc::clone(&metrics))?;
    let summary = worker::run(&settings, classifier, &metrics, shutdown).await?;
    info!(
        records = summary.records,
        events = summary.events,
        no_event = summary.no_event,
        dead_letters = summary.dead_letters,
        "drained and done"
    );
    Ok(())
}

fn classifier(core: Core) -> Classifier {
    Arc::new(move |record: &Record| process(record, &core))
}

/// Reads the knowledge again at each SIGHUP; the next batch has it. What cannot be used is refused, and the old one stays.
fn reload_on_hangup(settings: Settings, current: CurrentClassifier, metrics: Arc<Metrics>) -> anyhow::Result<()> {
    let mut hangup = signal(SignalKind::hangup()).context("cannot listen for SIGHUP")?;
    let settings = Arc::new(settings);
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            let settings = Arc::clone(&settings);
            // Compiling takes as long as many batches: not on a thread of the runtime.
            let core = tokio::task::spawn_blocking(move || start::core(&settings)).await;
            match core.map_err(anyhow::Error::from).and_then(|core| core) {
                Ok(core) => {
                    let (hash, as_of) = (core.knowledge.hash().to_owned(), core.knowledge.gazetteer().holders_as_of());
                    current.replace(classifier(core));
                    metrics.knowledge.known(&hash, as_of);
                    metrics.knowledge.reloaded(ReloadResult::Loaded);
                    info!(knowledge = hash, "knowledge was read again");
                }
                Err(error) => {
                    metrics.knowledge.reloaded(ReloadResult::Refused);
                    warn!(
                        error = format!("{error:#}"),
                        "knowledge was refused; the old one stays in use"
                    );
                }
            }
        }
    });
    Ok(())
}

/// Resolves at the first SIGTERM or SIGINT.
fn signals() -> anyhow::Result<impl Future<Output = ()> + Send> {
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for SIGINT")?;
    Ok(async move {
        let received = tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        };
        warn!(signal = received, "asked to end");
    })
}
