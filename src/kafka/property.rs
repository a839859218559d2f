//! Whether librdkafka knows a property, and takes a value for it.

use rdkafka::ClientConfig;
use rdkafka::error::KafkaError;
use rdkafka::types::RDKafkaConfRes;

/// Checks one property.
///
/// # Errors
/// What is wrong, in words that never hold the value: it may be a secret.
pub fn check(name: &str, value: &str) -> Result<(), String> {
    let mut config = ClientConfig::new();
    config.set(name, value);
    match config.create_native_config() {
        Ok(_) => Ok(()),
        Err(KafkaError::ClientConfig(RDKafkaConfRes::RD_KAFKA_CONF_UNKNOWN, ..)) => Err("is unknown to librdkafka".to_owned()),
        Err(_) => Err("has a value that librdkafka does not take (see its CONFIGURATION.md)".to_owned()),
    }
}
