//! What the brokers refuse us, in one sentence that names the setting or the permission to be corrected.
//!
//! librdkafka tells the same refusal with every attempt, and in words about itself; `docs/security.md` lists the permissions.

use std::fmt;

use rdkafka::types::RDKafkaErrorCode as Code;

use crate::settings::{KafkaSettings, Topics};

/// The names that a refusal may be about.
#[derive(Clone, Debug)]
pub struct Access {
    group_id: String,
    raw: String,
    events: String,
    dead_letters: String,
}

impl Access {
    /// The names in the settings.
    pub fn new(kafka: &KafkaSettings, topics: &Topics) -> Self {
        Self {
            group_id: kafka.group_id.clone(),
            raw: topics.raw.clone(),
            events: topics.events.clone(),
            dead_letters: topics.dead_letters.clone(),
        }
    }

    /// The refusal that `code` is, seen by the consumer; `reason` is what librdkafka says.
    pub fn of_consumer(&self, code: Code, reason: &str) -> Option<Denied> {
        match code {
            Code::TopicAuthorizationFailed => permission(format!("to read: allow READ on topic {} (topics.raw)", self.raw)),
            _ => self.of_group(code).or_else(|| connection(code, reason)),
        }
    }

    /// The same, seen by a producer that transacts as `transactional_id`.
    pub fn of_producer(&self, code: Code, transactional_id: &str) -> Option<Denied> {
        match code {
            Code::TopicAuthorizationFailed => permission(format!(
                "to write: allow WRITE on topics {} (topics.events) and {} (topics.dead_letters)",
                self.events, self.dead_letters
            )),
            Code::TransactionalIdAuthorizationFailed => permission(format!(
                "to transact: allow WRITE on transactional id {transactional_id} (kafka.transactional_id), or on the prefix {} \
                 (kafka.group_id)",
                self.group_id
            )),
            Code::ClusterAuthorizationFailed => permission("to produce: allow IDEMPOTENT_WRITE on the cluster".to_owned()),
            _ => self.of_group(code).or_else(|| connection(code, "")),
        }
    }

    fn of_group(&self, code: Code) -> Option<Denied> {
        match code {
            Code::GroupAuthorizationFailed => permission(format!(
                "to join the group: allow READ on group {} (kafka.group_id)",
                self.group_id
            )),
            _ => None,
        }
    }
}

/// What is refused, and what to correct.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied {
    /// In words of ours: the same refusal has the same.
    pub what: String,
    /// In those of librdkafka; may be empty.
    pub reason: String,
    /// Which it is.
    pub kind: DeniedKind,
}

/// What sort of refusal it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeniedKind {
    /// No connection: over once there is one.
    Connection,
    /// No connection, by the look of it; a broker that goes down or comes up looks the same, so it counts only while no other is up.
    HungUp,
    /// Connected, and not allowed to do something.
    Permission,
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if self.reason.is_empty() {
            Ok(())
        } else {
            write!(f, ": {}", self.reason)
        }
    }
}

fn permission(to: String) -> Option<Denied> {
    Some(Denied {
        what: format!("no permission {to}"),
        reason: String::new(),
        kind: DeniedKind::Permission,
    })
}

/// The refusal of a connection that `code` is: TLS or credentials.
pub fn connection(code: Code, reason: &str) -> Option<Denied> {
    let what = match code {
        Code::Authentication | Code::SaslAuthenticationFailed | Code::UnsupportedSASLMechanism => {
            if reason.contains("mechanism handshake failed") {
                "the brokers do not offer the kind of credentials, check kafka.librdkafka.\"sasl.mechanism\""
            } else {
                "the brokers do not take the credentials, check kafka.librdkafka.\"sasl.username\" and \"sasl.password\""
            }
        }
        Code::SSL if reason.contains("verify failed") => {
            "the certificate of a broker is not trusted, check kafka.librdkafka.\"ssl.ca.location\" and the host names in kafka.brokers"
        }
        Code::SSL => "no TLS with the brokers, check kafka.librdkafka.\"security.protocol\" and \"ssl.certificate.location\"",
        _ => return None,
    };
    Some(no_connection(what, reason, DeniedKind::Connection))
}

/// The refusal that a log line of librdkafka is: that a broker hangs up on a client that speaks another protocol is no error to
/// it. Once is no sign, since a broker that goes down hangs up too.
pub fn hung_up(facility: &str, line: &str) -> Option<Denied> {
    let at_the_first_question = line.contains("Disconnected") && line.contains("APIVERSION_QUERY");
    let again = line.contains("identical error(s) suppressed");
    let what = "the brokers hang up, check kafka.librdkafka.\"security.protocol\" (SASL_SSL or SSL for a listener with TLS)";
    (facility == "FAIL" && at_the_first_question && again).then(|| no_connection(what, line, DeniedKind::HungUp))
}

fn no_connection(what: &str, reason: &str, kind: DeniedKind) -> Denied {
    Denied {
        what: what.to_owned(),
        reason: reason.to_owned(),
        kind,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kafka::config::testing;

    fn access() -> Access {
        let topics = Topics {
            raw: "in".into(),
            events: "out".into(),
            dead_letters: "dead".into(),
        };
        Access::new(&testing::settings(), &topics)
    }

    #[test]
    fn a_refusal_names_what_to_correct() {
        let access = access();
        let check = |refused: Option<Denied>, named: &str| {
            let words = refused.unwrap().to_string();
            assert!(words.contains(named), "{named} in {words:?}");
        };
        check(
            access.of_consumer(Code::TopicAuthorizationFailed, ""),
            "READ on topic in (topics.raw)",
        );
        check(
            access.of_consumer(Code::GroupAuthorizationFailed, ""),
            "READ on group g (kafka.group_id)",
        );
        check(
            access.of_producer(Code::TopicAuthorizationFailed, "t"),
            "topics out (topics.events)",
        );
        check(
            access.of_producer(Code::TransactionalIdAuthorizationFailed, "t"),
            "transactional id t",
        );
        check(connection(Code::Authentication, "invalid credentials"), "\"sasl.password\"");
        check(connection(Code::SSL, "certificate verify failed"), "\"ssl.ca.location\"");
        assert_eq!(access.of_consumer(Code::BrokerTransportFailure, "gone"), None);
    }
}
