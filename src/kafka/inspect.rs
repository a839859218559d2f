//! What the brokers say to the settings: reachable, topics there, sizes that fit, and what may be read. Changes nothing.

use std::time::Duration;

use rdkafka::admin::{AdminClient, AdminOptions, ConfigResource, ResourceSpecifier};
use rdkafka::error::RDKafkaErrorCode;
use rdkafka::metadata::Metadata;
use rdkafka::producer::{BaseProducer, Producer as _};

use super::config;
use super::error::{Error, words};
use super::quiet::Quiet;
use crate::settings::{KafkaSettings, Topics};

const CALL_TIMEOUT: Duration = Duration::from_secs(10);
/// What the headers of a dead letter may take, generously.
const HEADERS_BYTES: u64 = 65_536;

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What: `brokers`, or a topic.
    pub about: String,
    /// How it is.
    pub state: State,
}

/// How a thing is, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// As it should be.
    Good(String),
    /// The worker runs, but something is better changed.
    Better(String),
    /// The worker cannot run like this; what to do.
    Bad(String),
}

/// Asks the brokers; stops after the first finding if none answers.
///
/// # Errors
/// If no client can be made of the settings.
pub async fn findings(settings: &KafkaSettings, topics: &Topics) -> Result<Vec<Finding>, Error> {
    let quiet = Quiet::default();
    let client: BaseProducer<Quiet> = config::sender(settings)
        .create_with_context(quiet.clone())
        .map_err(|error| Error::create("producer", &error))?;
    let admin: AdminClient<Quiet> = config::reader(settings)
        .create_with_context(quiet.clone())
        .map_err(|error| Error::create("consumer", &error))?;
    let metadata = match client.client().fetch_metadata(None, CALL_TIMEOUT) {
        Ok(metadata) => metadata,
        Err(error) => {
            // What the client has to tell meanwhile waits until it is polled for.
            client.poll(Duration::from_millis(100));
            let words = format!(
                "{} does not answer within {} s: {}. Is it running? Check kafka.brokers and, for TLS or SASL, kafka.librdkafka",
                settings.brokers,
                CALL_TIMEOUT.as_secs(),
                quiet.explain(&error)
            );
            return Ok(vec![finding("brokers", State::Bad(words))]);
        }
    };
    let mut findings = vec![finding("brokers", State::Good(brokers(&metadata)))];
    findings.extend(named(topics).map(|(key, topic)| finding(topic, topic_state(&metadata, key, topic))));
    if findings.iter().all(|finding| matches!(finding.state, State::Good(_))) {
        findings.push(finding("record sizes", sizes(&admin, topics).await));
    }
    Ok(findings)
}

fn finding(about: &str, state: State) -> Finding {
    Finding {
        about: about.to_owned(),
        state,
    }
}

fn named(topics: &Topics) -> impl Iterator<Item = (&'static str, &str)> {
    [
        ("topics.raw", topics.raw.as_str()),
        ("topics.events", topics.events.as_str()),
        ("topics.dead_letters", topics.dead_letters.as_str()),
    ]
    .into_iter()
}

fn brokers(metadata: &Metadata) -> String {
    let names: Vec<String> = metadata
        .brokers()
        .iter()
        .map(|broker| format!("{}:{}", broker.host(), broker.port()))
        .collect();
    format!("{} ({})", names.len(), names.join(", "))
}

fn topic_state(metadata: &Metadata, key: &str, topic: &str) -> State {
    let found = metadata.topics().iter().find(|found| found.name() == topic);
    match found.map(|found| (found.error().map(RDKafkaErrorCode::from), found.partitions().len())) {
        Some((None, partitions)) if partitions > 0 => State::Good(format!("{partitions} partitions")),
        Some((Some(RDKafkaErrorCode::TopicAuthorizationFailed), _)) => {
            State::Bad("may not be described with these credentials; allow DESCRIBE on it (and READ or WRITE)".to_owned())
        }
        Some((Some(code), _)) => State::Bad(format!("cannot be used now: {code}")),
        Some((None, _)) | None => State::Bad(format!(
            "is not there, or may not be seen with these credentials. Create it (kafka-topics.sh --create --topic {topic} \
             --partitions 4 --bootstrap-server …), or correct {key}"
        )),
    }
}

/// A dead letter is the raw record with some headers more: its topic must take a little more than the raw one.
async fn sizes(admin: &AdminClient<Quiet>, topics: &Topics) -> State {
    let (raw, dead_letters) = match (
        record_bytes_max(admin, &topics.raw).await,
        record_bytes_max(admin, &topics.dead_letters).await,
    ) {
        (Ok(raw), Ok(dead_letters)) => (raw, dead_letters),
        (Err(unknown), _) | (_, Err(unknown)) => return State::Better(unknown),
    };
    if dead_letters > raw {
        return State::Good(format!(
            "{raw} bytes in {}, {dead_letters} in {}",
            topics.raw, topics.dead_letters
        ));
    }
    let wanted = raw + HEADERS_BYTES;
    State::Better(format!(
        "{} takes {dead_letters} bytes, {} takes {raw}: a raw record of the largest size, with its headers, would be dead-lettered \
         without its value. Set max.message.bytes={wanted} on {}",
        topics.dead_letters, topics.raw, topics.dead_letters
    ))
}

async fn record_bytes_max(admin: &AdminClient<Quiet>, topic: &str) -> Result<u64, String> {
    let options = AdminOptions::new().request_timeout(Some(CALL_TIMEOUT));
    let asked = admin.describe_configs([&ResourceSpecifier::Topic(topic)], &options).await;
    let answers = asked.map_err(|error| format!("the settings of {topic} cannot be read: {}", words(&error)))?;
    let answer = answers
        .into_iter()
        .next()
        .unwrap_or(Err(RDKafkaErrorCode::UnknownTopicOrPartition));
    let resource = answer
        .map_err(|code| format!("the settings of {topic} cannot be read ({code}); DESCRIBE_CONFIGS on it would allow it"))?;
    setting(&resource, "max.message.bytes").ok_or_else(|| format!("the settings of {topic} hold no max.message.bytes"))
}

fn setting(resource: &ConfigResource, name: &str) -> Option<u64> {
    resource.get(name)?.value.as_deref()?.parse().ok()
}
