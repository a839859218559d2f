//! Reads topics from their beginning as they grow, outside of any group.

use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::{Headers as _, Message as _};
use rdkafka::{Offset, TopicPartitionList};

use super::config;
use super::error::Error;
use super::quiet::Quiet;
use crate::pipeline::record::Header;
use crate::settings::KafkaSettings;

/// One record that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tailed {
    /// Topic.
    pub topic: String,
    /// Headers, in order.
    pub headers: Vec<Header>,
    /// Value.
    pub payload: Option<Vec<u8>>,
}

impl Tailed {
    /// The first header of this name that is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        let header = self.headers.iter().find(|header| header.name == name)?;
        std::str::from_utf8(header.value.as_deref()?).ok()
    }
}

/// A reader of some topics.
pub struct Tail(BaseConsumer<Quiet>);

impl Tail {
    /// Reads each of `topics`, partitions `0..partitions`, from the beginning.
    ///
    /// # Errors
    /// If the client cannot be made or takes no assignment.
    pub fn start(settings: &KafkaSettings, topics: &[&str], partitions: i32) -> Result<Self, Error> {
        let consumer: BaseConsumer<Quiet> = config::reader(settings)
            .create_with_context(Quiet::default())
            .map_err(|error| Error::create("consumer", &error))?;
        let mut assignment = TopicPartitionList::new();
        for topic in topics {
            for partition in 0..partitions {
                assignment
                    .add_partition_offset(topic, partition, Offset::Beginning)
                    .map_err(|error| Error::call("assigning", &error))?;
            }
        }
        consumer
            .assign(&assignment)
            .map_err(|error| Error::call("assigning", &error))?;
        Ok(Self(consumer))
    }

    /// The next record, if one comes within `timeout`.
    ///
    /// # Errors
    /// If the client fails; it goes on by itself after errors that pass.
    pub fn next(&self, timeout: Duration) -> Result<Option<Tailed>, Error> {
        match self.0.poll(timeout) {
            None => Ok(None),
            Some(Ok(record)) => Ok(Some(Tailed {
                topic: record.topic().to_owned(),
                headers: headers(record.headers()),
                payload: record.payload().map(<[u8]>::to_vec),
            })),
            Some(Err(error)) => Err(Error::call("reading", &error)),
        }
    }
}

fn headers(headers: Option<&rdkafka::message::BorrowedHeaders>) -> Vec<Header> {
    let header = |header: rdkafka::message::Header<'_, &[u8]>| Header {
        name: header.key.to_owned(),
        value: header.value.map(<[u8]>::to_vec),
    };
    headers.into_iter().flat_map(|headers| headers.iter().map(header)).collect()
}
