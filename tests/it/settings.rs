//! Settings: the file, the variables, and what is refused.

use std::collections::BTreeSet;
use std::path::Path;

use demarche::settings::raw::RawSettings;
use demarche::settings::{self, GroupProtocol, Variables, document, keys};

const WORKER_TOML: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/config/worker.toml");

fn variables(given: &[(&str, &str)]) -> Variables {
    given.iter().map(|(name, value)| (name.into(), value.into())).collect()
}

/// The message that refuses a file and variables.
#[track_caller]
fn refused(toml: &str, given: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("worker.toml");
    std::fs::write(&file, toml).unwrap();
    settings::load(Some(&file), &variables(given)).unwrap_err().to_string()
}

#[track_caller]
fn check(toml: &str, given: &[(&str, &str)], expected: &str) {
    let message = refused(toml, given);
    assert!(message.contains(expected), "{message}\ndoes not say\n{expected}");
    assert!(message.starts_with("settings have 1 problem ("), "{message}");
}

#[test]
fn the_documented_file_is_current_and_holds_the_defaults() {
    if std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        std::fs::write(WORKER_TOML, document::toml()).unwrap();
    }
    let file = std::fs::read_to_string(WORKER_TOML).unwrap();
    assert_eq!(file, document::toml(), "UPDATE_GOLDEN=1 rewrites config/worker.toml");
    assert_eq!(toml::from_str::<RawSettings>(&file).unwrap(), RawSettings::default());
    settings::load(Some(Path::new(WORKER_TOML)), &Variables::new()).unwrap();
}

#[test]
fn the_documented_file_has_every_key_with_its_variable() {
    let file = std::fs::read_to_string(WORKER_TOML).unwrap();
    for key in keys::all() {
        let shown = |line: &str| line.trim_start_matches("# ").starts_with(&format!("{} = ", key.name));
        let table = file.contains(&format!("[{}]", key.path()));
        assert!(table || file.lines().any(shown), "{}", key.path());
        assert!(!key.description.is_empty(), "{}", key.path());
        assert!(table || file.contains(&key.variable()), "{}", key.variable());
    }
}

#[test]
fn every_example_in_the_documented_file_is_allowed() {
    for key in keys::all().iter().filter(|key| key.optional) {
        assert!(key.allows(&key.example), "{} = {}", key.path(), key.example);
    }
}

#[test]
fn every_number_has_bounds_and_a_default_within_them() {
    for key in keys::all() {
        if let keys::Kind::Integer(_, max) = key.kind {
            assert_ne!(max, u64::MAX, "{} has no upper bound", key.path());
        }
        let known = key.optional || key.kind == keys::Kind::Properties || key.allows(&key.default);
        assert!(known, "{} = {}", key.path(), key.default);
    }
}

#[test]
fn no_variable_sets_two_keys() {
    let names: BTreeSet<String> = keys::all().iter().map(keys::Key::variable).collect();
    assert_eq!(names.len(), keys::all().len());
}

#[test]
fn variables_override_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("worker.toml");
    std::fs::write(&file, "[topics]\nraw = \"from-file\"\nevents = \"e\"\n").unwrap();
    let given = [
        ("DEMARCHE_CONFIG", file.to_str().unwrap()),
        ("DEMARCHE_TOPICS_RAW", "from-variable"),
        ("DEMARCHE_KAFKA_GROUP_PROTOCOL", "consumer"),
        ("DEMARCHE_PUBLISH_CONFIDENCE_MIN", "0.25"),
        ("DEMARCHE_HTTP_BIND", ""),
        ("PATH", "/bin"),
    ];
    let settings = settings::load(None, &variables(&given)).unwrap();
    assert_eq!(settings.topics.raw, "from-variable");
    assert_eq!(settings.topics.events, "e");
    assert_eq!(settings.kafka.group_protocol, GroupProtocol::Consumer);
    assert!((settings.publish.confidence_min.as_f64() - 0.25).abs() < 1e-9);
    assert_eq!(settings.http_bind, None);
}

#[test]
fn every_problem_is_told_at_once() {
    let toml = "[kafka]\nbrokers = \"\"\noffset_reset = \"middle\"\n[decode]\njson_depth_max = 0\n[worker]\nthreads = \"many\"\n";
    let message = refused(toml, &[("DEMARCHE_LOG_FORMAT", "xml")]);
    assert!(message.starts_with("settings have 5 problems ("), "{message}");
    for line in [
        "kafka.brokers = \"\": allowed is host:port",
        "kafka.offset_reset = \"middle\": allowed is earliest, latest",
        "decode.json_depth_max = 0: allowed is 1 to 100",
        "worker.threads = \"many\": allowed is 1 to 256",
        "log.format = \"xml\" (DEMARCHE_LOG_FORMAT): allowed is text, json",
    ] {
        assert!(message.contains(line), "{message}\ndoes not say\n{line}");
    }
}

#[test]
fn unknown_names_are_refused_with_the_nearest_one() {
    check(
        "[kafka]\nbroker = \"a:1\"\n",
        &[],
        "kafka.broker: unknown key; did you mean kafka.brokers?",
    );
    check(
        "brokers = \"a:1\"\n",
        &[],
        "brokers: unknown key; did you mean kafka.brokers?",
    );
    check("[topic]\nraw = \"a\"\n", &[], "topic: unknown key; did you mean topics?");
    check(
        "",
        &[("DEMARCHE_KAFKA_BROKER", "a:1")],
        "DEMARCHE_KAFKA_BROKER: unknown variable; did you mean DEMARCHE_KAFKA_BROKERS?",
    );
}

#[test]
fn what_does_not_fit_together_is_refused() {
    check(
        "[worker]\ndrain_timeout_ms = 20000\n",
        &[],
        "less than kafka.session_timeout_ms, which is 20000",
    );
    check(
        "[topics]\nraw = \"a\"\nevents = \"a\"\n",
        &[],
        "topics.events = \"a\": is the topic of topics.raw too",
    );
    check(
        "[decode]\npayload_bytes_max = 2048\n",
        &[],
        "at most decode.payload_bytes_max, which is 2048",
    );
    let consumer = "[kafka]\ngroup_protocol = \"consumer\"\n";
    check(
        &format!("{consumer}group_instance_id = \"a\"\n"),
        &[],
        "static membership needs",
    );
    check(&format!("{consumer}session_timeout_ms = 6000\n"), &[], "the broker decides");
    let at_least_once = "[delivery]\nguarantee = \"at_least_once\"\n[kafka]\ntransactional_id = \"a\"\n";
    check(at_least_once, &[], "has no use with delivery.guarantee");
}

#[test]
fn what_the_worker_controls_is_not_passed_through() {
    check(
        "[kafka.librdkafka]\n\"enable.auto.commit\" = true\n",
        &[],
        "kafka.librdkafka.\"enable.auto.commit\": is the worker's own",
    );
    check(
        "",
        &[("DEMARCHE_KAFKA_LIBRDKAFKA_GROUP_ID", "g")],
        "\"group.id\" (DEMARCHE_KAFKA_LIBRDKAFKA_GROUP_ID): is the worker's own: set kafka.group_id",
    );
}

#[test]
fn secrets_come_from_files_and_variables() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "from a file \n").unwrap();
    let file = folder.path().join("worker.toml");
    let toml =
        format!("[kafka.librdkafka]\n\"sasl.password\" = {{ file = {secret:?} }}\n\"sasl.username\" = {{ env = \"WHO\" }}\n");
    std::fs::write(&file, toml).unwrap();
    let given = [("WHO", "me"), ("DEMARCHE_KAFKA_LIBRDKAFKA_SSL_KEY_PASSWORD", "direct")];
    let settings = settings::load(Some(&file), &variables(&given)).unwrap();
    let value = |name: &str| settings.kafka.librdkafka.get(name).map(String::as_str);
    assert_eq!(value("sasl.password"), Some("from a file "));
    assert_eq!(value("sasl.username"), Some("me"));
    assert_eq!(value("ssl.key.password"), Some("direct"));
    let shown = format!("{settings:?}");
    assert!(!shown.contains("from a file") && !shown.contains("direct"), "{shown}");
}

#[test]
fn a_refused_secret_is_not_shown() {
    for toml in [
        "[kafka.librdkafka]\n\"sasl.pasword\" = \"hunter2\"\n",
        "[kafka.librdkafka]\n\"security.protocol\" = \"hunter2\"\n",
        "[kafka.librdkafka]\nsasl.password = \"hunter2\"\n",
        "[kafka.librdkafka]\n\"sasl.password\" = [\"hunter2\"]\n",
        "[kafka.librdkafka]\n\"sasl.password\" = \"hunter2\n",
        "[kafka]\nlibrdkafka = \"hunter2\"\n",
    ] {
        let message = refused(toml, &[]);
        assert!(!message.contains("hunter2"), "{message}");
    }
    let message = refused("", &[("DEMARCHE_KAFKA_LIBRDKAFKA_SASL_PASWORD", "hunter2")]);
    assert!(!message.contains("hunter2"), "{message}");
}
