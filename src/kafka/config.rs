//! Settings of librdkafka clients, made from [`KafkaSettings`].
//!
//! What a user passes through comes last and wins, except for the keys that the settings refuse (`settings::librdkafka`).

use std::hash::{BuildHasher, RandomState};
use std::net::SocketAddr;
use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::config::RDKafkaLogLevel;
use sha2::{Digest, Sha256};

use crate::settings::{Delivery, GroupProtocol, Guarantee, KafkaSettings, OffsetReset};

/// The largest record that is read or written, bytes. Far above what any decoder accepts, so that an oversized record is
/// still read, to be dead-lettered, and the broker's own limit is the one that decides.
const RECORD_BYTES_MAX: usize = 256 << 20;

/// How often the clients report their state.
pub const STATISTICS_INTERVAL: Duration = Duration::from_millis(1000);

/// What every client of ours is set to.
pub fn client(settings: &KafkaSettings) -> ClientConfig {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", &settings.brokers)
        .set("client.id", &settings.client_id)
        .set("receive.message.max.bytes", (RECORD_BYTES_MAX + 1024).to_string())
        .set("reconnect.backoff.max.ms", "2000")
        // A topic that appears later is found within this time.
        .set("topic.metadata.refresh.interval.ms", "10000")
        .set_log_level(RDKafkaLogLevel::Info);
    config
}

/// The consumer of the worker. Offsets are never committed by librdkafka itself.
pub fn consumer(settings: &KafkaSettings) -> ClientConfig {
    let mut config = client(settings);
    config
        .set("group.id", &settings.group_id)
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false")
        .set("isolation.level", "read_committed")
        .set("auto.offset.reset", offset_reset(settings.offset_reset))
        .set("statistics.interval.ms", STATISTICS_INTERVAL.as_millis().to_string())
        // Half of the memory for fetched records is librdkafka's queue, half is ours (`budget.rs`).
        .set(
            "queued.max.messages.kbytes",
            (settings.queue_bytes_max / 2 / 1024).max(1).to_string(),
        )
        .set("queued.min.messages", "10000");
    group(settings, &mut config);
    pass_through(settings, &mut config);
    config
}

fn group(settings: &KafkaSettings, config: &mut ClientConfig) {
    match settings.group_protocol {
        GroupProtocol::Classic => {
            let session_ms = settings.session_timeout.as_millis();
            config
                .set("group.protocol", "classic")
                .set("partition.assignment.strategy", "cooperative-sticky")
                .set("session.timeout.ms", session_ms.to_string())
                .set("heartbeat.interval.ms", (session_ms / 3).clamp(1, 3000).to_string());
        }
        // The broker sets the session time-out and assigns.
        GroupProtocol::Consumer => {
            config.set("group.protocol", "consumer");
        }
    }
    if let Some(instance) = &settings.group_instance_id {
        config.set("group.instance.id", instance);
    }
}

fn offset_reset(reset: OffsetReset) -> &'static str {
    match reset {
        OffsetReset::Earliest => "earliest",
        OffsetReset::Latest => "latest",
    }
}

/// The producer of the worker: idempotent, and transactional for exactly once.
///
/// Keys go to the partition where a Java client would put them (`murmur2_random`).
pub fn producer(settings: &KafkaSettings, delivery: &Delivery, transactional_id: &str) -> ClientConfig {
    let mut config = client(settings);
    let timeout_ms = delivery.transaction_timeout.as_millis().to_string();
    config
        .set("enable.idempotence", "true")
        .set("acks", "all")
        .set("message.max.bytes", RECORD_BYTES_MAX.to_string())
        .set("message.timeout.ms", &timeout_ms)
        .set("partitioner", "murmur2_random")
        // Measured best: batches fill within milliseconds under load, and a lone event need not wait.
        .set("linger.ms", "5")
        .set("compression.type", "lz4");
    match delivery.guarantee {
        Guarantee::ExactlyOnce => {
            config
                .set("transactional.id", transactional_id)
                .set("transaction.timeout.ms", &timeout_ms);
        }
        Guarantee::AtLeastOnce => {}
    }
    pass_through(settings, &mut config);
    config
}

/// A producer that only loads records: idempotent, acknowledged, with a queue of 64 MiB.
pub fn sender(settings: &KafkaSettings) -> ClientConfig {
    let mut config = client(settings);
    config
        .set("enable.idempotence", "true")
        .set("acks", "all")
        .set("message.max.bytes", RECORD_BYTES_MAX.to_string())
        .set("message.timeout.ms", "30000")
        .set("queue.buffering.max.kbytes", "65536")
        .set("partitioner", "murmur2_random")
        .set("linger.ms", "5")
        .set("compression.type", "lz4");
    pass_through(settings, &mut config);
    config
}

/// A client that only looks: it is assigned by hand, joins no group and commits nothing.
pub fn reader(settings: &KafkaSettings) -> ClientConfig {
    let mut config = client(settings);
    config
        .set("group.id", &settings.group_id)
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false")
        .set("isolation.level", "read_committed")
        .set("auto.offset.reset", "earliest");
    pass_through(settings, &mut config);
    config
}

fn pass_through(settings: &KafkaSettings, config: &mut ClientConfig) {
    for (key, value) in &settings.librdkafka {
        config.set(key, value);
    }
    if settings.librdkafka.contains_key("debug") {
        config.set_log_level(RDKafkaLogLevel::Debug);
    }
}

/// The `transactional.id` of this process: unique among live workers, or they fence each other.
///
/// With static membership it is the group and the instance, so that a worker that comes back ends what it left open at once;
/// else it is made by chance, and what a killed worker left open ends at the broker's `transaction_timeout`. A worker that
/// listens has a better one: [`listening_id`].
pub fn transactional_id(settings: &KafkaSettings) -> String {
    let group = &settings.group_id;
    match (&settings.transactional_id, &settings.group_instance_id) {
        (Some(id), _) => id.clone(),
        (None, Some(instance)) => format!("{group}-{instance}"),
        (None, None) => format!("{group}-{:016x}", RandomState::new().hash_one(std::process::id())),
    }
}

/// A `transactional.id` for the worker of `group` that listens on `address`, which a restart on the same spot has again, so
/// that it ends at once what a killed one left open.
///
/// No two live workers share it: of one boot of one machine, and one network namespace in it, the address has one owner. A host
/// name would not do, since containers and clones may share one. None where the system does not tell.
pub fn listening_id(group: &str, address: SocketAddr) -> Option<String> {
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let network = std::fs::read_link("/proc/self/ns/net").ok()?;
    let place = format!("{}\n{}\n{address}", boot.trim(), network.display());
    let hash = Sha256::digest(place.as_bytes());
    let hex: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    Some(format!("{group}-{hex}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kafka::config::testing::settings;

    #[test]
    fn what_is_passed_through_wins() {
        let mut kafka = settings();
        kafka.librdkafka.insert("linger.ms".into(), "50".into());
        assert_eq!(consumer(&kafka).get("linger.ms"), Some("50"));
        assert_eq!(consumer(&kafka).get("isolation.level"), Some("read_committed"));
    }

    #[test]
    fn the_protocol_of_the_broker_leaves_assignment_and_session_to_it() {
        let mut kafka = settings();
        kafka.group_protocol = GroupProtocol::Consumer;
        assert_eq!(consumer(&kafka).get("session.timeout.ms"), None);
        assert_eq!(consumer(&kafka).get("partition.assignment.strategy"), None);
    }

    #[test]
    fn two_workers_have_two_transactional_ids_and_a_static_member_keeps_its_own() {
        let mut kafka = settings();
        assert_ne!(transactional_id(&kafka), transactional_id(&kafka));
        kafka.group_instance_id = Some("a".into());
        assert_eq!(transactional_id(&kafka), "g-a");
        kafka.transactional_id = Some("mine".into());
        assert_eq!(transactional_id(&kafka), "mine");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_worker_that_listens_at_the_same_address_again_has_its_id_again() {
        let id = |address: &str| listening_id("g", address.parse().unwrap()).unwrap();
        assert_eq!(id("127.0.0.1:9464"), id("127.0.0.1:9464"));
        assert_ne!(id("127.0.0.1:9464"), id("127.0.0.1:9465"));
        assert!(id("[::]:1").starts_with("g-"));
    }
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;

    /// Settings that reach nothing.
    pub fn settings() -> KafkaSettings {
        KafkaSettings {
            brokers: "localhost:1".into(),
            group_id: "g".into(),
            client_id: "c".into(),
            group_protocol: GroupProtocol::Classic,
            group_instance_id: None,
            transactional_id: None,
            session_timeout: Duration::from_secs(6),
            offset_reset: OffsetReset::Earliest,
            queue_bytes_max: 1 << 20,
            librdkafka: std::collections::BTreeMap::new(),
        }
    }
}
