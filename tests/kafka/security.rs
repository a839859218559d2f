//! TLS, credentials and permissions, against a broker that has them: with the least permissions all works, and whatever is
//! wrong gives one error that names what to correct.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use super::broker::{Own, free_port};
use super::client::{Raw, Topics, wait_until};
use super::worker::{NO_DEAD_LETTER_LIMIT, Options, Worker};

const PASSWORD: &str = "a secret's secret";
/// Who may do all that a worker needs; the others lack the permission that they are called by.
const USERS: [&str; 5] = ["full", "no-read", "no-group", "no-write", "no-transaction"];
/// Kafka's command for permissions.
const ACLS: &str = "org.apache.kafka.tools.AclCommand";
/// The group that they may join.
const GROUP: &str = "secured";

/// A broker with a plain listener, where the tests may do all, and one with TLS and SASL.
struct Secured {
    broker: Own,
    port: u16,
    topics: Topics,
}

/// All tests share it.
fn secured() -> &'static Secured {
    static SECURED: OnceLock<Secured> = OnceLock::new();
    SECURED.get_or_init(|| {
        let (broker, port) = (Own::new(), free_port());
        std::fs::create_dir_all(&broker.dir).unwrap();
        certificates(&broker.dir);
        broker.configure(&properties(&broker, port), &format_args());
        broker.start();
        let topics = Topics::unmade("secured", &broker.bootstrap());
        for topic in [&topics.raw, &topics.events, &topics.dead_letters] {
            topics.make(topic, 2, &[]);
        }
        permissions(&broker, &topics);
        Secured { broker, port, topics }
    })
}

/// An authority, a broker's certificate signed by it, and another authority that has signed nothing.
fn certificates(dir: &Path) {
    let openssl = |args: &str| {
        let output = Command::new("openssl").args(args.split(' ')).current_dir(dir).output();
        let output = output.expect("openssl is installed");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    for authority in ["ca", "other"] {
        openssl(&format!(
            "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={authority} -keyout {authority}.key -out {authority}.pem"
        ));
    }
    openssl("req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout broker.key -out broker.csr");
    std::fs::write(dir.join("names"), "subjectAltName=DNS:localhost,IP:127.0.0.1").unwrap();
    openssl("x509 -req -in broker.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out broker.crt");
    let parts = ["broker.key", "broker.crt", "ca.pem"].map(|part| std::fs::read_to_string(dir.join(part)).unwrap());
    std::fs::write(dir.join("broker.pem"), parts.concat()).unwrap();
}

fn properties(broker: &Own, port: u16) -> String {
    let modules = "org.apache.kafka.common.security";
    format!(
        "listeners=PLAINTEXT://127.0.0.1:{plain},SASL_SSL://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}\n\
         advertised.listeners=PLAINTEXT://127.0.0.1:{plain},SASL_SSL://localhost:{port}\n\
         listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT\n\
         inter.broker.listener.name=PLAINTEXT\n\
         sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER\n\
         listener.name.sasl_ssl.plain.sasl.jaas.config={modules}.plain.PlainLoginModule required user_full=\"{PASSWORD}\";\n\
         listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config={modules}.scram.ScramLoginModule required;\n\
         listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config={modules}.scram.ScramLoginModule required;\n\
         listener.name.sasl_ssl.oauthbearer.sasl.jaas.config={modules}.oauthbearer.OAuthBearerLoginModule required \
         unsecuredLoginStringClaim_sub=\"admin\";\n\
         ssl.keystore.type=PEM\n\
         ssl.keystore.location={dir}/broker.pem\n\
         authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\n\
         super.users=User:ANONYMOUS\n",
        plain = broker.port,
        controller = broker.controller_port,
        dir = broker.dir.display(),
    )
}

fn format_args() -> Vec<String> {
    let mut args = vec!["--standalone".to_owned()];
    let mut add = |mechanism: &str, user: &str| {
        args.extend([
            "--add-scram".to_owned(),
            format!("{mechanism}=[name={user},password={PASSWORD}]"),
        ]);
    };
    add("SCRAM-SHA-256", "full");
    for user in USERS {
        add("SCRAM-SHA-512", user);
    }
    args
}

/// The least permissions of `docs/security.md`, each withheld from one user.
fn permissions(broker: &Own, topics: &Topics) {
    let permissions: [(&str, &[&str]); 4] = [
        ("no-read", &["--operation", "Read", "--topic", &topics.raw]),
        ("no-group", &["--operation", "Read", "--group", GROUP]),
        (
            "no-write",
            &[
                "--operation",
                "Write",
                "--topic",
                &topics.events,
                "--topic",
                &topics.dead_letters,
            ],
        ),
        (
            "no-transaction",
            &[
                "--operation",
                "Write",
                "--transactional-id",
                GROUP,
                "--resource-pattern-type",
                "prefixed",
            ],
        ),
    ];
    for (without, permission) in permissions {
        let principals: Vec<String> = USERS
            .iter()
            .filter(|user| **user != without)
            .map(|user| format!("User:{user}"))
            .collect();
        let mut args = vec!["--add"];
        for principal in &principals {
            args.extend(["--allow-principal", principal]);
        }
        args.extend(permission);
        broker.admin(ACLS, &args);
    }
}

/// A worker with these librdkafka settings.
fn worker(librdkafka: &[(&str, &str)]) -> Worker {
    worker_over(&secured().topics, librdkafka)
}

fn worker_over(topics: &Topics, librdkafka: &[(&str, &str)]) -> Worker {
    let topics = Topics {
        bootstrap: format!("localhost:{}", secured().port),
        ..topics.clone()
    };
    let lines: String = librdkafka
        .iter()
        .map(|(key, value)| format!("\"{key}\" = \"{value}\"\n"))
        .collect();
    let options = Options {
        more: format!("[kafka.librdkafka]\n{lines}{NO_DEAD_LETTER_LIMIT}"),
        ..Options::group(GROUP)
    };
    Worker::start(&topics, &options)
}

fn ca(name: &str) -> String {
    secured().broker.dir.join(name).display().to_string()
}

/// SCRAM as `user`, trusting the right authority.
fn scram(user: &str, password: &str) -> Worker {
    scram_over(&secured().topics, user, password)
}

fn scram_over(topics: &Topics, user: &str, password: &str) -> Worker {
    worker_over(
        topics,
        &[
            ("security.protocol", "SASL_SSL"),
            ("ssl.ca.location", &ca("ca.pem")),
            ("sasl.mechanism", "SCRAM-SHA-512"),
            ("sasl.username", user),
            ("sasl.password", password),
        ],
    )
}

/// Waits until a line of the log names all of `named`, and gives it.
#[track_caller]
fn said(worker: &Worker, named: &[&str]) -> String {
    let mut said = None;
    wait_until(&format!("it says {named:?}"), Duration::from_secs(40), || {
        let log = worker.log();
        said = log
            .lines()
            .find(|line| named.iter().all(|name| line.contains(name)))
            .map(str::to_owned);
        said.is_some()
    });
    said.unwrap()
}

#[track_caller]
fn refused(mut worker: Worker, named: &[&str]) {
    said(&worker, named);
    // Long enough for some more attempts.
    std::thread::sleep(Duration::from_secs(3));
    let log = worker.log();
    let errors: Vec<&str> = log.lines().filter(|line| line.contains(" ERROR ")).collect();
    assert_eq!(errors.len(), 1, "told once: {errors:#?}");
    assert!(!log.contains(PASSWORD), "no secret in the log");
    assert!(worker.is_running());
    let (status, reason) = worker.get("/readyz").unwrap();
    assert_eq!((status, &*reason), (503, "access refused, the log says what to correct\n"));
}

#[test]
fn the_least_permissions_are_enough_with_every_kind_of_credentials() {
    let secured = secured();
    let kinds: [&[(&str, &str)]; 4] = [
        &[
            ("sasl.mechanism", "SCRAM-SHA-512"),
            ("sasl.username", "full"),
            ("sasl.password", PASSWORD),
        ],
        &[
            ("sasl.mechanism", "SCRAM-SHA-256"),
            ("sasl.username", "full"),
            ("sasl.password", PASSWORD),
        ],
        &[
            ("sasl.mechanism", "PLAIN"),
            ("sasl.username", "full"),
            ("sasl.password", PASSWORD),
        ],
        &[
            ("sasl.mechanism", "OAUTHBEARER"),
            ("enable.sasl.oauthbearer.unsecure.jwt", "true"),
            ("sasl.oauthbearer.config", "principal=full"),
        ],
    ];
    for (n, kind) in kinds.into_iter().enumerate() {
        let ca = ca("ca.pem");
        let tls = [("security.protocol", "SASL_SSL"), ("ssl.ca.location", &*ca)];
        let mut worker = worker(&[&tls, kind].concat());
        worker.wait_until_ready();
        secured
            .topics
            .send((0..100).map(|record| Raw::value(format!("{{\"cut\":{n}{record:03}"))));
        wait_until(
            &format!("the records are done with {kind:?}"),
            Duration::from_secs(30),
            || secured.topics.read(&secured.topics.dead_letters).len() == 100 * (n + 1),
        );
        assert!(worker.terminate(Duration::from_secs(10)).0.success());
    }
}

#[test]
fn a_wrong_password_is_named() {
    refused(scram("full", "wrong"), &["ERROR", "\"sasl.password\"", "invalid credentials"]);
}

#[test]
fn a_certificate_of_another_authority_is_named() {
    let ca = ca("other.pem");
    // Never sent: the certificate comes first.
    let worker = worker(&[
        ("security.protocol", "SASL_SSL"),
        ("ssl.ca.location", &*ca),
        ("sasl.mechanism", "PLAIN"),
        ("sasl.username", "full"),
        ("sasl.password", PASSWORD),
    ]);
    refused(worker, &["ERROR", "\"ssl.ca.location\"", "verify failed"]);
}

#[test]
fn speaking_plainly_to_a_listener_with_tls_is_named() {
    let worker = worker(&[("security.protocol", "PLAINTEXT")]);
    refused(worker, &["ERROR", "\"security.protocol\""]);
}

#[test]
fn a_missing_permission_to_read_is_named() {
    refused(scram("no-read", PASSWORD), &["ERROR", "allow READ on topic", "(topics.raw)"]);
}

#[test]
fn a_missing_permission_to_join_the_group_is_named() {
    refused(
        scram("no-group", PASSWORD),
        &["ERROR", "allow READ on group secured (kafka.group_id)"],
    );
}

#[test]
fn a_missing_permission_to_transact_ends_the_worker() {
    let mut worker = scram("no-transaction", PASSWORD);
    assert_eq!(worker.ended(Duration::from_secs(30)).code(), Some(1));
    said(&worker, &["error: ", "allow WRITE on transactional id secured-"]);
}

#[test]
fn check_names_a_wrong_password() {
    let worker = scram("full", "wrong");
    let output = worker.command(&["check", "--connect"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        said.contains("FAIL  brokers:") && said.contains("\"sasl.password\""),
        "{said}"
    );
    assert!(!said.contains("wrong\""), "{said}");
}

#[test]
fn a_missing_permission_to_write_is_named_and_nothing_is_committed() {
    let secured = secured();
    // Topics of its own: what the others send must not be taken by a worker that cannot write.
    let topics = Topics {
        raw: format!("{}-no-write", secured.topics.raw),
        bootstrap: secured.topics.bootstrap.clone(),
        ..secured.topics.clone()
    };
    topics.make(&topics.raw, 1, &[]);
    secured.broker.admin(
        ACLS,
        &[
            "--add",
            "--allow-principal",
            "User:no-write",
            "--operation",
            "Read",
            "--topic",
            &topics.raw,
        ],
    );
    topics.send([Raw::value("{cut")]);
    let worker = scram_over(&topics, "no-write", PASSWORD);
    said(
        &worker,
        &[
            "transaction aborted",
            "allow WRITE on topics",
            "(topics.events)",
            "(topics.dead_letters)",
        ],
    );
    wait_until("not ready", Duration::from_secs(20), || !worker.is_ready());
    assert_eq!(worker.metric("demarche_records_total", ""), 0);
    worker.books().expect("the page is up");
}
