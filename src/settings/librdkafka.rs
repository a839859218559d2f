//! librdkafka properties that are passed through: which are refused, and where their values come from.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;

use super::keys::VARIABLE_PREFIX;
use super::raw::RawProperty;

/// Prefix of the variables that set properties.
pub const VARIABLE_PREFIX_PROPERTIES: &str = "DEMARCHE_KAFKA_LIBRDKAFKA_";

/// Properties that are not passed through, and what to do instead.
const RESERVED: &[(&str, &str)] = &[
    ("acks", "every record is acknowledged by all replicas in sync"),
    ("auto.commit.enable", "offsets are committed with what their records became"),
    (
        "auto.commit.interval.ms",
        "offsets are committed with what their records became",
    ),
    ("auto.offset.reset", "set kafka.offset_reset"),
    ("bootstrap.servers", "set kafka.brokers"),
    ("client.id", "set kafka.client_id"),
    (
        "delivery.report.only.error",
        "every record is acknowledged by all replicas in sync",
    ),
    ("enable.auto.commit", "offsets are committed with what their records became"),
    (
        "enable.auto.offset.store",
        "offsets are committed with what their records became",
    ),
    ("enable.gapless.guarantee", "the worker decides by delivery.guarantee"),
    ("enable.idempotence", "the worker decides by delivery.guarantee"),
    ("enable.partition.eof", "the worker does not stop at the end of a partition"),
    ("group.id", "set kafka.group_id"),
    ("group.instance.id", "set kafka.group_instance_id"),
    ("group.protocol", "set kafka.group_protocol"),
    ("isolation.level", "aborted records are never read"),
    ("log.queue", "logs go where log.* says"),
    ("log_cb", "logs go where log.* says"),
    ("max.in.flight", "an idempotent producer needs its own"),
    (
        "max.in.flight.requests.per.connection",
        "an idempotent producer needs its own",
    ),
    ("message.max.bytes", "the broker's limit decides"),
    ("message.send.max.retries", "set worker.retry_timeout_ms"),
    ("metadata.broker.list", "set kafka.brokers"),
    ("partition.assignment.strategy", "rebalancing is cooperative"),
    ("queued.max.messages.kbytes", "set kafka.queue_bytes_max"),
    ("receive.message.max.bytes", "the broker's limit decides"),
    (
        "request.required.acks",
        "every record is acknowledged by all replicas in sync",
    ),
    ("retries", "set worker.retry_timeout_ms"),
    ("session.timeout.ms", "set kafka.session_timeout_ms"),
    ("statistics.interval.ms", "readiness and lag rest on it"),
    ("transaction.timeout.ms", "set delivery.transaction_timeout_ms"),
    ("transactional.id", "set kafka.transactional_id"),
];

/// Why `property` is not passed through, if it is not.
pub fn reserved(property: &str) -> Option<String> {
    let (_, instead) = RESERVED.iter().find(|(name, _)| *name == property)?;
    Some(format!("is the worker's own: {instead}"))
}

/// The property that a variable sets: `DEMARCHE_KAFKA_LIBRDKAFKA_SASL_PASSWORD` is `sasl.password`.
pub fn property_of(variable: &str) -> Option<String> {
    let name = variable.strip_prefix(VARIABLE_PREFIX_PROPERTIES)?;
    (!name.is_empty()).then(|| name.to_lowercase().replace('_', "."))
}

/// The value of a property.
///
/// # Errors
/// What is wrong, in words that show no value.
pub fn value(raw: &RawProperty, variables: &BTreeMap<OsString, OsString>) -> Result<String, String> {
    match raw {
        RawProperty::Text(text) => Ok(text.clone()),
        RawProperty::Integer(number) => Ok(number.to_string()),
        RawProperty::Switch(switch) => Ok(switch.to_string()),
        RawProperty::File { file } => match fs::read_to_string(file) {
            Ok(text) => Ok(text.trim_end_matches(['\n', '\r']).to_owned()),
            Err(error) => Err(format!("file {file} cannot be read: {error}")),
        },
        RawProperty::Env { env } if env.starts_with(VARIABLE_PREFIX) => Err(format!(
            "variable {env} has the prefix of settings; take another name, or set {VARIABLE_PREFIX_PROPERTIES}… itself"
        )),
        RawProperty::Env { env } => match variables.get(&OsString::from(env)).map(|value| value.to_str()) {
            Some(Some(text)) => Ok(text.to_owned()),
            Some(None) => Err(format!("variable {env} is not UTF-8")),
            None => Err(format!("variable {env} is not set")),
        },
    }
}
