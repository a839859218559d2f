//! A broker inside the process: librdkafka's own mock cluster. Good for a demo and for fast tests, with limits that matter:
//! a partition keeps about 5 MiB, offsets sent to a transaction are thrown away, and aborted records are seen. So it is run
//! at least once, and exactly once is shown on a real broker only.

use rdkafka::mocking::MockCluster;
use rdkafka::producer::DefaultProducerContext;

use super::error::Error;
use crate::settings::Topics;

/// The broker; it ends when this is dropped.
pub struct EmbeddedBroker(MockCluster<'static, DefaultProducerContext>);

impl EmbeddedBroker {
    /// Starts one broker with the three topics, each of `partitions`.
    ///
    /// # Errors
    /// If librdkafka cannot make it.
    pub fn start(topics: &Topics, partitions: i32) -> Result<Self, Error> {
        let refused = |error| Error::create("broker", &error);
        let cluster = MockCluster::new(1).map_err(refused)?;
        for topic in [&topics.raw, &topics.events, &topics.dead_letters] {
            cluster.create_topic(topic, partitions, 1).map_err(refused)?;
        }
        Ok(Self(cluster))
    }

    /// Its address.
    pub fn brokers(&self) -> String {
        self.0.bootstrap_servers()
    }
}
