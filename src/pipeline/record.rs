//! A Kafka record as the core sees it: bytes, key, headers and where it was read. Also what is written back.

use std::fmt;
use std::sync::Arc;

/// A partition of the raw topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartitionId(pub i32);

/// An offset in a partition, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Offset(pub i64);

impl Offset {
    /// The offset to commit once this one is done: Kafka wants the next to read.
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for PartitionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where a record was read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Topic.
    pub topic: Arc<str>,
    /// Partition.
    pub partition: PartitionId,
    /// Offset.
    pub offset: Offset,
}

/// A header of a record; Kafka allows repeated names and null values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Name.
    pub name: String,
    /// Value.
    pub value: Option<Vec<u8>>,
}

impl Header {
    /// A header with a text value.
    pub fn text(name: &str, value: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            value: Some(value.into().into_bytes()),
        }
    }
}

/// One raw record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Where it was read; none when it comes from a file.
    pub position: Option<Position>,
    /// Its timestamp in milliseconds since 1970.
    pub timestamp_ms: Option<i64>,
    /// Its key.
    pub key: Option<Vec<u8>>,
    /// Its headers, in order.
    pub headers: Vec<Header>,
    /// Its value; none is a tombstone.
    pub payload: Option<Vec<u8>>,
}

impl Record {
    /// Bytes it holds in memory, without what the allocator adds.
    pub fn bytes(&self) -> usize {
        bytes(self.key.as_deref(), &self.headers, self.payload.as_deref())
    }
}

/// One record to be written; the shell decides to which topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputRecord {
    /// Key.
    pub key: Option<Vec<u8>>,
    /// Headers, in order.
    pub headers: Vec<Header>,
    /// Value.
    pub payload: Option<Vec<u8>>,
}

impl OutputRecord {
    /// Bytes of key, headers and value.
    pub fn bytes(&self) -> usize {
        bytes(self.key.as_deref(), &self.headers, self.payload.as_deref())
    }
}

fn bytes(key: Option<&[u8]>, headers: &[Header], payload: Option<&[u8]>) -> usize {
    let header_bytes = |header: &Header| header.name.len() + header.value.as_ref().map_or(0, Vec::len);
    key.map_or(0, <[u8]>::len) + headers.iter().map(header_bytes).sum::<usize>() + payload.map_or(0, <[u8]>::len)
}
