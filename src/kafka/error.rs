//! Errors of Kafka clients, in words that never hold a setting's value: it may be a secret.

use rdkafka::error::KafkaError;
use thiserror::Error;

use super::access::Denied;

/// What went wrong with a client.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Error {
    /// librdkafka refuses a setting.
    #[error("librdkafka refuses the setting {key}: {problem}")]
    Config {
        /// The librdkafka key.
        key: String,
        /// Its words, with the value struck out.
        problem: String,
    },
    /// A client could not be made.
    #[error("cannot make a {client}: {problem}")]
    Create {
        /// `consumer` or `producer`.
        client: &'static str,
        /// librdkafka's words.
        problem: String,
    },
    /// The brokers refuse something, and will as long as nobody corrects it.
    #[error("{0}")]
    Denied(Denied),
    /// A call failed and is not worth another try.
    #[error("{call} failed: {problem}")]
    Call {
        /// What was called.
        call: &'static str,
        /// The error's name and words.
        problem: String,
    },
}

impl Error {
    /// The error of making a `client`.
    pub(crate) fn create(client: &'static str, error: &KafkaError) -> Self {
        if let KafkaError::ClientConfig(_, problem, key, value) = error {
            return Self::Config {
                key: key.clone(),
                problem: struck_out(problem, value),
            };
        }
        Self::Create {
            client,
            problem: words(error),
        }
    }

    /// The error of `call`.
    pub(crate) fn call(call: &'static str, error: &KafkaError) -> Self {
        Self::Call {
            call,
            problem: words(error),
        }
    }
}

/// The words of `error` without any setting's value.
pub(crate) fn words(error: &KafkaError) -> String {
    match error {
        KafkaError::ClientConfig(_, problem, key, value) => format!("{key}: {}", struck_out(problem, value)),
        other => other.to_string(),
    }
}

fn struck_out(problem: &str, value: &str) -> String {
    if value.is_empty() {
        problem.to_owned()
    } else {
        problem.replace(value, "…")
    }
}

#[cfg(test)]
mod tests {
    use rdkafka::ClientConfig;
    use rdkafka::consumer::BaseConsumer;

    use super::*;

    #[test]
    fn a_refused_value_is_not_shown() {
        let config: ClientConfig = [("security.protocol".to_owned(), "s3cret".to_owned())].into_iter().collect();
        let error = match config.create::<BaseConsumer>() {
            Ok(_) => panic!("the value is not allowed"),
            Err(error) => Error::create("consumer", &error),
        };
        assert!(
            matches!(&error, Error::Config { key, .. } if key == "security.protocol"),
            "{error}"
        );
        assert!(!format!("{error} {error:?}").contains("s3cret"), "{error}");
    }
}
